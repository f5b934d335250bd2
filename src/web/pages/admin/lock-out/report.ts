import { reportLockOut } from '../../../../flows/administration/report-lock-out.ts';
import { refuse, render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { number } from '../dashboard/charts.ts';
import { mayIn } from '../desk.ts';
import { causesTable, distancesChart } from './charts.ts';
import { EXPORT, LOCK_OUT } from './paths.ts';

/** "Lock-out report": who in one organization is how far from being locked out, by which loss, and what helps most (issue 6.6). Numbers, no names. */
export const lockOutPage = adminPage(LOCK_OUT, {
  section: 'lock-out',
  async get(desk) {
    const { ctx, ports } = desk;
    const { t, locale } = ctx;
    const organizations = (await ports.store.organizations.all()).filter(({ id }) => mayIn(desk, 'see-report', id));
    // What is not to be had is as if it had not been asked for.
    const organization = organizations.find(({ id }) => id === ctx.query('organization')) ?? organizations[0];
    if (!organization) return refuse('not-found');
    const done = await reportLockOut(ports, organization.id);
    if (done.outcome === 'refused') return refuse('not-found');
    return render('admin/lock-out', t('lock-out:title'), {
      action: ctx.url(LOCK_OUT),
      organizations: organizations.length > 1 && {
        name: 'organization',
        label: t('admin:dash_organization'),
        value: organization.id,
        options: organizations.map(({ id, name }) => ({ value: id, text: name })),
      },
      lead: t('lock-out:lead', { organization: organization.name, policy: done.policy.name }),
      distances: distancesChart(ctx, done),
      accounts: done.accounts,
      aside: t('lock-out:aside', { accounts: number(locale, done.aside) }),
      causes: causesTable(ctx, done),
      export: ctx.url(EXPORT),
      values: { organization: organization.id },
    });
  },
});
