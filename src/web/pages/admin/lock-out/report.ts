import { ADDITIONS } from '../../../../domain/addition.ts';
import { daysUpTo } from '../../../../domain/figures.ts';
import { isProposed } from '../../../../domain/proposals.ts';
import { type LockOutReported, reportLockOut } from '../../../../flows/administration/report-lock-out.ts';
import { refuse, render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { number } from '../dashboard/charts.ts';
import { type Desk, mayIn } from '../desk.ts';
import { causesTable, distancesChart } from './charts.ts';
import { overTimeChart } from './over-time.ts';
import { EXPORT, LOCK_OUT, proposePath } from './paths.ts';

/** How far back the chart goes. */
const DAYS = 90;

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
    const days = daysUpTo(ports.now(), DAYS);
    const counted = await ports.store.lockOutDays.since(organization.id, days[0] ?? 0);
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
      proposals: proposalsOf(desk, organization.id, done),
      overTime: overTimeChart(ctx, days, counted),
      export: ctx.url(EXPORT),
      values: { organization: organization.id },
    });
  },
});

/** What helps most after some loss, and what is proposed already: each with a way to the page that turns its proposal on or off. */
function proposalsOf({ ctx }: Desk, organizationId: string, { policy, causes }: LockOutReported) {
  const { t } = ctx;
  const helpful = causes.flatMap(({ lost, help }) => (lost === null || !help ? [] : [help.add]));
  return ADDITIONS.filter((add) => helpful.includes(add) || isProposed(policy, add))
    .filter((add) => add !== 'restore-code' || policy.restoreCode.offered)
    .map((add) => {
      const turn = isProposed(policy, add) ? 'off' : 'on';
      return {
        icon: turn === 'on' ? 'circle-check' : 'ban',
        text: t(`lock-out:turn_${turn}_for`, { add: t(`lock-out:add_${add}`) }),
        hint: t(`lock-out:turn_${turn}_hint`),
        href: ctx.url(proposePath(organizationId, add)),
      };
    });
}
