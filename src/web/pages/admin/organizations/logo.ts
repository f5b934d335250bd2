import { z } from 'zod';
import { setLogo } from '../../../../flows/administration/set-logo.ts';
import type { RegisteredOrganization } from '../../../../flows/ports/organizations.ts';
import { type Answer, type PageError, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { logoOf } from '../../../frame/organization.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { versionIn } from '../applications/application.ts';
import type { Desk } from '../desk.ts';
import { onOrganization, refusedOrganization } from './organization.ts';
import { ORGANIZATION, organizationPath } from './paths.ts';

const FILE = 'logo';
const form = z.object({ version: field(20).optional(), remove: field(10).optional() });

/** An organization's logo: a file in, pixels of our own drawing out. */
export const logoPage = adminPage(`${ORGANIZATION}/logo`, {
  section: 'organizations',
  fresh: true,
  file: FILE,
  get: onOrganization((desk, organization) => show(desk, organization)),
  post: onOrganization(async (desk, organization) => {
    const { ctx, ports, operator } = desk;
    const { version, remove } = ctx.form(form);
    const { id, name } = organization;
    const file = remove === undefined ? ctx.file : null;
    if (file === undefined) return show(desk, organization, 'missing');
    const done = await setLogo(ports, id, file, versionIn(version));
    if (done.outcome === 'set') {
      const said = file ? 'organizations:said_logo' : 'organizations:said_no_logo';
      say(ctx, said, { name }, { account: operator.account.id });
      return seeOther(organizationPath(id));
    }
    if (done.reason === 'unknown-organization' || done.reason === 'not-allowed')
      return refusedOrganization(done.reason);
    return show(desk, (await ports.store.organizations.find(id)) ?? organization, done.reason);
  }),
});

type Fault =
  | 'missing'
  | Exclude<
      Extract<Awaited<ReturnType<typeof setLogo>>, { outcome: 'refused' }>['reason'],
      'not-allowed' | 'unknown-organization'
    >;

function show({ ctx }: Desk, organization: RegisteredOrganization, fault?: Fault): Answer {
  const { t } = ctx;
  const { id, name, version } = organization;
  const path = organizationPath(id, '/logo');
  const errors: PageError[] = fault ? [{ field: FILE, text: t(`organizations:logo_${fault}`) }] : [];
  const locals = {
    logo: logoOf(organization, (to) => ctx.url(to)),
    name,
    version: String(version),
    action: ctx.url(path),
    back: ctx.url(organizationPath(id)),
  };
  return render('admin/organizations/logo', t('organizations:logo_title', { name }), locals, {
    errors,
    returnTo: path,
  });
}
