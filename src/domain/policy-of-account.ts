import type { Policy } from './policy.ts';
import { policyWithRole } from './role-policy.ts';

/** What an account is to the policy of its organization. */
export interface Place {
  /** Holds a role, be it asleep. */
  readonly withRole: boolean;
  /** Is in the organization's pilot group. */
  readonly inPilot: boolean;
}

/**
 * The policy that holds for one account of an organization. Where self-recovery is on for the pilot group alone, an account outside it has the
 * policy of an organization that has switched it off, word for word: `decide` and every page treat the two alike, so nothing tells
 * them apart (SPEC T9, ATTACKS A11).
 */
export function policyOfAccount(policy: Policy, { withRole, inPilot }: Place): Policy {
  const own = withRole ? policyWithRole(policy) : policy;
  return policy.selfRecoveryFor === 'pilot' && !inPilot ? { ...own, selfRecovery: false } : own;
}

/** How far an organization has come with self-recovery (SPEC T9). */
export const RECOVERY_STAGES = ['off', 'pilot', 'everybody'] as const;
export type RecoveryStage = (typeof RECOVERY_STAGES)[number];

export function stageOf({ selfRecovery, selfRecoveryFor }: Policy): RecoveryStage {
  return selfRecovery ? selfRecoveryFor : 'off';
}

/** The policy as it would be at that stage. Switched off, it keeps for whom it was on. */
export function atStage(policy: Policy, stage: RecoveryStage): Policy {
  return stage === 'off'
    ? { ...policy, selfRecovery: false }
    : { ...policy, selfRecovery: true, selfRecoveryFor: stage };
}
