import { type Goal, RECOVERY_GOALS, type RecoveryGoal } from './policy.ts';
import { PROOF_KINDS, type ProofKind } from './proof.ts';
import type { Verdict } from './verdict.ts';

/** A way that people walk when they recover: a goal, and what they prove on it, in that order. */
export interface WalkedRoute {
  readonly goal: RecoveryGoal | 'emergency-code';
  readonly proofs: readonly ProofKind[];
}

/**
 * How the way that a journey walks is counted: by what is proven and not by its name in the policy, so that it can still be read
 * once the policy is another one. Undefined: nothing is chosen yet, or no way is open any more.
 */
export function walkedRoute(goal: Goal | null, verdict: Verdict): string | undefined {
  if (goal === null || (verdict.verdict !== 'ask' && verdict.verdict !== 'allow')) return undefined;
  return `${goal}:${verdict.steps.map(({ proof }) => proof).join('+')}`;
}

/** What `walkedRoute` wrote; undefined for anything else. */
export function readRoute(written: string): WalkedRoute | undefined {
  const [goal, proofs = ''] = written.split(':');
  const known = ([...RECOVERY_GOALS, 'emergency-code'] as const).find((one) => one === goal);
  const given = proofs.split('+').map((proof) => PROOF_KINDS.find((kind) => kind === proof));
  if (!known || given.some((kind) => kind === undefined)) return undefined;
  return { goal: known, proofs: given.filter((kind) => kind !== undefined) };
}
