import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { mayIn } from '../desk.ts';
import { isEverywhere } from './organization.ts';
import { LIST, NEW, organizationPath } from './paths.ts';

/** "Organizations": those that the admin administers, by name (issue 6.1). */
export const listPage = adminPage(LIST, {
  section: 'organizations',
  async get(desk) {
    const { ctx, ports } = desk;
    const { t } = ctx;
    const organizations = (await ports.store.organizations.all()).filter(({ id }) =>
      mayIn(desk, 'change-organization', id),
    );
    return render('admin/organizations/list', t('organizations:title'), {
      create: isEverywhere(desk) ? ctx.url(NEW) : undefined,
      rows: {
        id: 'organizations',
        label: t('organizations:title'),
        empty: '',
        items: organizations.map(({ id, name, locale }) => ({
          name,
          icon: 'building-2',
          details: [t('organizations:id_is', { id }), t(`common:language_${locale}`)],
          actions: [{ text: t('admin:open'), href: ctx.url(organizationPath(id)) }],
        })),
      },
    });
  },
});
