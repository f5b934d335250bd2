import type { Journey } from '../domain/journey.ts';
import { RECOVERY_GOALS, type RecoveryGoal } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import type { Step, Verdict } from '../domain/verdict.ts';
import type { Account, Ports } from './ports.ts';
import { verdictByRestoreCode, verdictOn } from './standing.ts';

export interface RecoveryOptions {
  /** What may be recovered now, in order. */
  readonly open: readonly {
    readonly goal: RecoveryGoal;
    readonly steps: readonly Step[];
    /** A way with a restore code is open beside the one of these steps. */
    readonly orRestoreCode: boolean;
  }[];
  /** Why the others may not: for the page that says what can be done instead. */
  readonly closed: readonly {
    readonly goal: RecoveryGoal;
    readonly verdict: Extract<Verdict, { verdict: 'wait' | 'refuse' }>;
  }[];
}

/** "What would you like to do?": what policy and account allow to somebody who holds the mailbox, and perhaps the restore code (SPEC T4). `begun`: the journey. */
export function recoveryOptions(
  ports: Ports,
  account: Account,
  proofs: readonly Proof[],
  begun: Partial<Pick<Journey, 'began' | 'organizationId'>> = {},
): RecoveryOptions {
  const restoring = proofs.some(({ kind }) => kind === 'restore-code');
  const state = { challenge: '', ...(restoring && { restoring: true as const }) };
  const judged = RECOVERY_GOALS.map((goal) => {
    const { began, organizationId } = begun;
    const kept = { ...(began && { began }), ...(organizationId !== undefined && { organizationId }) };
    const journey = { goal, atLeast: null, proofs, state, ...kept };
    const verdict = verdictOn(ports, account, journey);
    return { goal, verdict, byCode: verdictByRestoreCode(ports, account, journey) !== undefined };
  });
  return {
    open: judged.flatMap(({ goal, verdict, byCode }) => {
      if (verdict.verdict !== 'ask' && verdict.verdict !== 'allow') return [];
      const { steps } = verdict;
      return [{ goal, steps, orRestoreCode: byCode && steps.every(({ proof }) => proof !== 'restore-code') }];
    }),
    closed: judged.flatMap(({ goal, verdict }) =>
      verdict.verdict === 'wait' || verdict.verdict === 'refuse' ? [{ goal, verdict }] : [],
    ),
  };
}
