import type { Step, Verdict } from '../domain/decide.ts';
import { RECOVERY_GOALS, type RecoveryGoal } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import type { Account, Ports } from './ports.ts';
import { verdictOn } from './standing.ts';

export interface RecoveryOptions {
  /** What may be recovered now, in order. */
  readonly open: readonly { readonly goal: RecoveryGoal; readonly steps: readonly Step[] }[];
  /** Why the others may not: for the page that says what can be done instead. */
  readonly closed: readonly {
    readonly goal: RecoveryGoal;
    readonly verdict: Extract<Verdict, { verdict: 'wait' | 'refuse' }>;
  }[];
}

/** "What would you like to do?": what policy and account allow to somebody who holds the mailbox (SPEC T4). */
export function recoveryOptions(ports: Ports, account: Account, proofs: readonly Proof[]): RecoveryOptions {
  const judged = RECOVERY_GOALS.map((goal) => ({
    goal,
    verdict: verdictOn(ports, account, { goal, atLeast: null, proofs }),
  }));
  return {
    open: judged.flatMap(({ goal, verdict }) =>
      verdict.verdict === 'ask' || verdict.verdict === 'allow' ? [{ goal, steps: verdict.steps }] : [],
    ),
    closed: judged.flatMap(({ goal, verdict }) =>
      verdict.verdict === 'wait' || verdict.verdict === 'refuse' ? [{ goal, verdict }] : [],
    ),
  };
}
