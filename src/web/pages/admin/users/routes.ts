import type { RecoveryGoal } from '../../../../domain/policy.ts';
import type { Account } from '../../../../flows/ports.ts';
import { recoveryOptions } from '../../../../flows/recovery-options.ts';
import { isSecondFactor } from '../../../../flows/replace-credentials.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import type { Desk } from '../desk.ts';

/** By what this person could get back in now, one row for each thing that can be recovered: rows for parts/summary-list. */
export function waysOf({ ctx }: Desk, account: Account) {
  const { t, locale } = ctx;
  const { open, closed } = recoveryOptions(ctx.ports, account, []);
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return [
    ...open.map(({ goal, steps, orRestoreCode }) => ({
      key: t(`admin:goal_${goal}`),
      value: [
        t('admin:way_open', { proofs: list.format(steps.map(({ proof }) => t(`admin:proof_${proof}`))) }),
        ...(orRestoreCode ? [t('admin:way_or_restore_code')] : []),
      ],
    })),
    ...closed
      .filter(({ goal }) => goal !== 'lift-freeze')
      .map(({ goal, verdict }) => ({
        key: t(`admin:goal_${goal}`),
        value:
          verdict.verdict === 'wait'
            ? t('admin:way_later', { until: formatDateTime(locale, verdict.until) })
            : t('admin:way_closed'),
      })),
  ];
}

const OF_FACTORS: readonly RecoveryGoal[] = ['reset-second-factor', 'reset-both'];

/** What is left to somebody whose second factors are removed. */
export function waysAfterRemoval({ ctx }: Desk, account: Account): readonly string[] {
  const { t, locale } = ctx;
  const without = { ...account, credentials: account.credentials.filter((held) => !isSecondFactor(held)) };
  const [way] = recoveryOptions(ctx.ports, { ...without, boundToSecondFactor: true }, []).open.filter(({ goal }) =>
    OF_FACTORS.includes(goal),
  );
  if (!way) return [t('admin:re_register_no_way')];
  const proofs = way.steps.map(({ proof }) => t(`admin:proof_${proof}`));
  return [t('admin:re_register_way', { proofs: new Intl.ListFormat(locale, { type: 'conjunction' }).format(proofs) })];
}
