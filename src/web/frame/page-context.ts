import type { Interactions } from '../../flows/ports/interactions.ts';
import { translator } from '../../i18n/translate.ts';
import { queryParameter } from './address.ts';
import { clientName } from './client-name.ts';
import { readFields, type Upload } from './form.ts';
import type { Frame } from './frame.ts';
import { brandOf } from './organization.ts';
import type { PageContext } from './page.ts';
import { localeOf, type Scene } from './scene.ts';
import { visitorOf } from './visitor.ts';

/** What a page is given for one request. `posted`: the form; undefined on a GET. */
export async function pageContext(
  frame: Frame,
  interactions: Interactions,
  scene: Scene,
  params: Readonly<Record<string, string>>,
  posted: Upload | undefined,
): Promise<PageContext> {
  const { ctx, visit, jar } = scene;
  const fields = posted?.fields;
  let organization = await frame.hosts.findOrHouse(visit.known);
  visit.organization = organization;
  return {
    ports: frame.ports,
    interactions,
    visitor: visitorOf(ctx, jar.hash('device')),
    params,
    query: (name) => queryParameter(ctx.querystring, name),
    form: (schema) => {
      if (!fields) throw new Error('there is no form: this is a GET');
      return readFields(fields, schema);
    },
    file: posted?.file,
    formIsOf: (accountId) => frame.csrf.isOf(accountId, jar.value('form'), fields?.get('_csrf')),
    cookies: jar,
    chooseLanguage: (locale) => jar.setLanguage(locale),
    get locale() {
      return localeOf(scene);
    },
    get t() {
      return translator(localeOf(scene));
    },
    get organization() {
      return organization;
    },
    get brand() {
      return brandOf(organization, frame.addresses);
    },
    knowing: async (about) => {
      visit.known = { ...visit.known, ...about };
      organization = await frame.hosts.find(visit.known);
      visit.organization = organization;
    },
    clientName: async (clientId) => {
      const client = await frame.clients.find(clientId);
      return client && clientName(client, translator(localeOf(scene)));
    },
    url: frame.addresses.url,
    reference: visit.reference,
    log: frame.log.child({ reference: visit.reference }),
    req: ctx.req,
    res: ctx.res,
  };
}
