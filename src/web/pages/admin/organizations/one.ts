import { formatDate } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import { logoOf } from '../../../frame/organization.ts';
import { adminPage } from '../admin-page.ts';
import { PARTS } from './fields.ts';
import { onOrganization } from './organization.ts';
import { LIST, ORGANIZATION, organizationPath } from './paths.ts';
import { settingRows } from './words.ts';

const ICONS = { about: 'life-buoy', colours: 'palette', messages: 'mail', apps: 'smartphone', logo: 'image' } as const;

/** One organization: what it calls itself, shows and recommends, and where each is changed. */
export const organizationPage = adminPage(ORGANIZATION, {
  section: 'organizations',
  get: onOrganization(({ ctx }, organization) => {
    const { t } = ctx;
    const { id, name } = organization;
    return render(
      'admin/organizations/one',
      name,
      {
        logo: logoOf(organization, (to) => ctx.url(to)),
        settings: [
          { key: t('admin:fact_id'), value: id },
          { key: t('admin:fact_created'), value: formatDate(ctx.locale, organization.createdAt) },
          ...settingRows(t, organization),
        ],
        acts: [...PARTS, 'logo' as const].map((part) => ({
          icon: ICONS[part],
          text: t(`organizations:act_${part}`),
          hint: t(`organizations:act_${part}_hint`),
          href: ctx.url(organizationPath(id, `/${part}`)),
        })),
        log: ctx.url('/admin/audit?kind=organization.changed'),
        back: ctx.url(LIST),
      },
      { returnTo: organizationPath(id) },
    );
  }),
});
