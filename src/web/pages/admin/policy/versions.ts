import { formatDateTime } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { policyPath, VERSIONS } from './paths.ts';
import { numberIn, onOrganization } from './reach.ts';

const PER_PAGE = 50;

/** Every policy that was in force, the newest first. */
export const versionsPage = adminPage(VERSIONS, {
  section: 'policy',
  get: onOrganization(async (desk, { organization, version: inForce }) => {
    const { ctx, ports } = desk;
    const { t, locale } = ctx;
    const asked = ctx.query('before');
    const before = asked === undefined ? undefined : numberIn(asked);
    // One more is read than is shown, to know whether another page follows.
    const found = await ports.store.policies.page(organization.id, { before, limit: PER_PAGE + 1 });
    const shown = found.slice(0, PER_PAGE);
    const here = policyPath(organization.id, '/versions');
    return render(
      'admin/policy/versions',
      t('policy:versions_title'),
      {
        lead: t('policy:versions_lead', { organization: organization.name }),
        table: {
          label: t('policy:versions_title'),
          columns: [t('policy:version'), t('policy:when'), t('policy:who'), t('policy:why')],
          empty: t('policy:versions_none'),
          rows: shown.map(({ version, name, at, by, reason, restores }) => [
            {
              text: t('policy:version_is', { version, name }),
              ...(version === inForce && { state: { text: t('policy:in_force'), tone: 'ok' } }),
              actions: [
                {
                  text: t('admin:open'),
                  href: ctx.url(policyPath(organization.id, version === inForce ? '' : `/${version}`)),
                },
              ],
            },
            { text: formatDateTime(locale, at) },
            by ?? t('policy:unknown'),
            { text: reason ?? '', hint: restores === null ? [] : [t('policy:restores', { version: restores })] },
          ]),
        },
        pager: {
          newer: before === undefined ? undefined : ctx.url(here),
          older: found.length > PER_PAGE ? ctx.url(`${here}?before=${shown.at(-1)?.version ?? 0}`) : undefined,
        },
        back: ctx.url(policyPath(organization.id)),
      },
      { returnTo: here },
    );
  }),
});
