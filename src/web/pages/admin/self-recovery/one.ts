import { atStage, type RecoveryStage } from '../../../../domain/policy-of-account.ts';
import { errorsIn, findingsOf } from '../../../../domain/proof-of-policy/proof-of-policy.ts';
import { HELD_FOR_RECOVERY } from '../../../../domain/readiness.ts';
import { type Readiness, recoveryReadiness } from '../../../../flows/administration/recovery-readiness.ts';
import { refuse, render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { lengthOf } from '../dashboard/bars.ts';
import { number } from '../dashboard/charts.ts';
import type { Desk } from '../desk.ts';
import { share } from '../lock-out/words.ts';
import { policyPath } from '../policy/paths.ts';
import { onOrganization, organizationsOf } from './organization.ts';
import { ORGANIZATION, recoveryPath, SELF_RECOVERY, SWITCH_AT } from './paths.ts';
import { findingRow, lackInWords } from './words.ts';

/** Self-recovery of one organization, step by step: who is ready, what the policy's proof says, a pilot group, the switch (SPEC T9). */
export const onePage = adminPage(ORGANIZATION, {
  section: 'self-recovery',
  get: onOrganization(async (desk, { id, name }) => {
    const { ctx, ports } = desk;
    const { t, locale } = ctx;
    const done = await recoveryReadiness(ports, id);
    if (done.outcome === 'refused') return refuse('not-found');
    const { policy, stage, accounts, ready, pilot } = done;
    const findings = findingsOf(atStage(policy, 'everybody'));
    const errors = errorsIn(findings).length;
    const several = (await organizationsOf(desk)).length > 1;
    return render('admin/self-recovery/one', t('self-recovery:title_of', { organization: name }), {
      lead: t('self-recovery:lead', { policy: policy.name }),
      state: { text: t(`self-recovery:stage_${stage}`), tone: stage === 'off' ? 'off' : 'here' },
      accounts,
      ready: t('self-recovery:ready', {
        ready: number(locale, ready),
        accounts: number(locale, accounts),
        share: share(ctx, ready, accounts),
      }),
      aside: t('lock-out:aside', { accounts: number(locale, done.aside) }),
      holding: holdingTable(desk, done),
      leftOut: leftOutRows(desk, id, done),
      verdict:
        errors > 0
          ? t('self-recovery:proof_errors', { count: errors })
          : t(findings.length > 0 ? 'self-recovery:proof_warnings' : 'self-recovery:proof_safe'),
      findings: { id: 'findings', empty: '', items: findings.map((one) => findingRow(t, one)) },
      policy: ctx.url(policyPath(id)),
      pilot:
        pilot.accounts === 0
          ? t('self-recovery:pilot_none')
          : t('self-recovery:pilot_size', { count: pilot.accounts, ready: number(locale, pilot.ready) }),
      group: ctx.url(recoveryPath(id, '/pilot-group')),
      ways: waysFrom(desk, id, stage),
      others: several ? ctx.url(SELF_RECOVERY) : undefined,
    });
  }),
});

/** Each thing with a bar of all accounts. */
function holdingTable({ ctx }: Desk, { accounts, holding }: Readiness) {
  const { t, locale } = ctx;
  return {
    id: 'holding',
    title: t('self-recovery:holding'),
    columns: [t('self-recovery:accounts'), t('self-recovery:share')],
    rows: HELD_FOR_RECOVERY.map((what) => ({
      name: t(`self-recovery:held_${what}`),
      values: [number(locale, holding[what]), share(ctx, holding[what], accounts)],
      bars: [{ tone: 'accent', x: 0, length: lengthOf(holding[what], accounts) }].filter(({ length }) => length > 0),
    })),
  };
}

function leftOutRows({ ctx }: Desk, organizationId: string, { accounts, leftOut }: Readiness) {
  const { t } = ctx;
  return {
    id: 'left-out',
    label: t('self-recovery:left_out'),
    empty: t('self-recovery:left_out_none'),
    items: leftOut.map((lack) => {
      const asked = new URLSearchParams({ lost: lack.lost, reason: lack.reason }).toString();
      return {
        name: lackInWords(t, lack),
        icon: 'user',
        details: [
          t('self-recovery:left_out_count', { count: lack.accounts, share: share(ctx, lack.accounts, accounts) }),
        ],
        actions: [
          {
            text: t('self-recovery:left_out_show'),
            href: `${ctx.url(recoveryPath(organizationId, '/left-out'))}?${asked}`,
          },
        ],
      };
    }),
  };
}

const ICONS: Readonly<Record<RecoveryStage, string>> = {
  pilot: 'user-plus',
  everybody: 'shield-check',
  off: 'shield-off',
};

/** To the other stages: pages that say what will happen before it does. */
function waysFrom({ ctx }: Desk, organizationId: string, stage: RecoveryStage) {
  const { t } = ctx;
  return ORDER.filter((one) => one !== stage).map((one) => ({
    icon: ICONS[one],
    text: t(`self-recovery:to_${one}`),
    hint: t(`self-recovery:to_${one}_hint`),
    href: ctx.url(`${recoveryPath(organizationId)}${SWITCH_AT[one]}`),
  }));
}

const ORDER: readonly RecoveryStage[] = ['pilot', 'everybody', 'off'];
