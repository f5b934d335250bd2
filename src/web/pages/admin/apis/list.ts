import { scopeOf } from '../../../../domain/role.ts';
import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { LIST as APPLICATIONS } from '../applications/paths.ts';
import { apiPath, LIST, NEW } from './paths.ts';

/** The APIs that applications get access tokens for (RFC 8707), by name. They belong to the section of the applications. */
export const listPage = adminPage(LIST, {
  section: 'applications',
  async get({ ctx, ports, operator }) {
    const { t } = ctx;
    const apis = await ports.store.apis.all(scopeOf(operator.account.roles, 'admin'));
    const several = new Set(apis.map(({ organizationId }) => organizationId)).size > 1;
    return render('admin/apis/list', t('apis:title'), {
      create: ctx.url(NEW),
      back: ctx.url(APPLICATIONS),
      rows: {
        id: 'apis',
        label: t('apis:title'),
        empty: t('apis:empty'),
        items: apis.map((api) => ({
          name: api.name,
          icon: 'app-window',
          state: [],
          details: [
            api.identifier,
            api.scopes.join(' '),
            several ? t('admin:in_organization', { id: api.organizationId }) : '',
          ].filter((line) => line !== ''),
          actions: [{ text: t('admin:open'), href: ctx.url(apiPath(api.id)) }],
        })),
      },
    });
  },
});
