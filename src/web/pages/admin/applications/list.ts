import { scopeOf } from '../../../../domain/role.ts';
import { settingsOf } from '../../../../flows/administration/client-settings.ts';
import type { RegisteredClient } from '../../../../flows/ports/clients.ts';
import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { LIST as APIS } from '../apis/paths.ts';
import type { Desk } from '../desk.ts';
import { applicationPath, LIST, NEW } from './paths.ts';
import { statesOf } from './words.ts';

const PER_PAGE = 50;

/** "Applications": the relying parties of the organizations that the admin administers, by name (issue 5.8). */
export const listPage = adminPage(LIST, {
  section: 'applications',
  async get(desk) {
    const { ctx } = desk;
    const { t } = ctx;
    const { clients, newer, older } = await pageOf(desk);
    const to = (key: 'before' | 'after', id: string | undefined) =>
      id === undefined ? undefined : ctx.url(`${LIST}?${new URLSearchParams({ [key]: id }).toString()}`);
    const several = new Set(clients.map(({ organizationId }) => organizationId)).size > 1;
    return render('admin/applications/list', t('admin:applications'), {
      create: ctx.url(NEW),
      apis: ctx.url(APIS),
      rows: {
        id: 'applications',
        label: t('admin:applications'),
        empty: t('registered:empty'),
        items: clients.map((client) => ({
          name: client.name,
          icon: 'app-window',
          state: statesOf(ctx, client),
          details: [
            sitesOf(client),
            t('registered:id_is', { id: client.id }),
            several ? t('admin:in_organization', { id: client.organizationId }) : '',
          ].filter((line) => line !== ''),
          actions: [{ text: t('admin:open'), href: ctx.url(applicationPath(client.id)) }],
        })),
      },
      pager: {
        newer: to('before', newer),
        older: to('after', older),
        newerText: t('admin:previous'),
        olderText: t('admin:next'),
      },
    });
  },
});

/** Where it is: the sites that people come back to. */
function sitesOf(client: RegisteredClient): string {
  return [...new Set(settingsOf(client).redirectUris.map((uri) => URL.parse(uri)?.host ?? uri))].join(', ');
}

/** One more is read than is shown, to know whether another page follows. A page before that is not full is the first one. */
async function pageOf({ ctx, ports, operator }: Desk) {
  const [after, before] = [ctx.query('after'), ctx.query('before')];
  const scope = scopeOf(operator.account.roles, 'admin');
  const read = (place: { after?: string | undefined; before?: string | undefined }) =>
    ports.store.clients.page({ scope, ...place, limit: PER_PAGE + 1 });
  if (after === undefined && before !== undefined) {
    const found = await read({ before });
    if (found.length > PER_PAGE) {
      const clients = found.slice(1);
      return { clients, newer: clients[0]?.id, older: clients.at(-1)?.id };
    }
  }
  const found = await read(before === undefined ? { after } : {});
  const clients = found.slice(0, PER_PAGE);
  return {
    clients,
    newer: after === undefined || before !== undefined ? undefined : clients[0]?.id,
    older: found.length > PER_PAGE ? clients.at(-1)?.id : undefined,
  };
}
