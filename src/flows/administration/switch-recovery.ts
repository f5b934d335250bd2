import { atStage, type RecoveryStage, stageOf } from '../../domain/policy-of-account.ts';
import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Acceptance, Unsafe } from './accept-findings.ts';
import { type AmendRefusal, amendPolicy, type PolicyAmended } from './amend-policy.ts';

interface SwitchRequest {
  readonly stage: RecoveryStage;
  /** The version of the policy that was looked at. */
  readonly version: number;
  /** Whether what an account lacks for recovering by itself is proposed to its owner at a sign-in; as before where it is not said. */
  readonly propose?: boolean;
  readonly acceptance: Acceptance;
}

/**
 * Switches self-recovery on for the organization's pilot group, for everybody, or off (SPEC T9). As with any policy, each error of its proof is
 * accepted by name, except for switching it off, which is never held up. Once it is off, or on for fewer, no account that it is off for
 * recovers: `decide` says so at each step of what is under way, and nothing has changed on the account. An emergency code that is out,
 * and what operators do, stay as they are.
 */
export function switchRecovery(
  ports: AdministrationPorts,
  organizationId: string,
  { stage, version, propose, acceptance }: SwitchRequest,
): Promise<PolicyAmended | Unsafe | Refused<AmendRefusal>> {
  return amendPolicy(ports, organizationId, {
    version,
    acceptance,
    opensNothing: stage === 'off',
    amended: (policy) => ({
      ...atStage(policy, stage),
      onboarding: { ...policy.onboarding, lacking: propose ?? policy.onboarding.lacking },
    }),
    details: (before, after) => ({
      recovery_for: stage,
      recovery_was_for: stageOf(before),
      propose: after.onboarding.lacking,
    }),
  });
}
