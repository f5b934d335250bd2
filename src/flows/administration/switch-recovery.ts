import type { Policy } from '../../domain/policy.ts';
import { atStage, type RecoveryStage, stageOf } from '../../domain/policy-of-account.ts';
import { findingsOf } from '../../domain/proof-of-policy/proof-of-policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AcceptedFinding, AdministrationPorts } from '../ports/administration.ts';
import {
  type Acceptance,
  type AcceptanceRefusal,
  acceptedDetails,
  readAcceptance,
  type Unsafe,
} from './accept-findings.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';

export interface RecoverySwitched {
  readonly outcome: 'switched';
  readonly version: number;
}

export interface SwitchRequest {
  readonly stage: RecoveryStage;
  /** The version of the policy that was looked at; another one in force by now is left alone. */
  readonly version: number;
  /** Whether what an account lacks for recovering by itself is proposed to its owner at a sign-in. */
  readonly propose?: boolean;
  /** What of the policy's proof is accepted by name; its reason is the reason of the switch, too. */
  readonly acceptance: Acceptance;
}

/**
 * Switches self-recovery on for the organization's pilot group, for everybody, or off (SPEC T9): the policy in force, as its next version, with
 * nothing else changed. As with any policy, each error of its proof is accepted by name. Once it is off, or on for fewer, no account that it
 * is off for recovers: `decide` says so at each step of what is under way, which changes nothing on the account. An emergency code that
 * is out, and what operators do, stay as they are.
 */
export async function switchRecovery(
  ports: AdministrationPorts,
  organizationId: string,
  { stage, version: seen, propose, acceptance }: SwitchRequest,
): Promise<
  | RecoverySwitched
  | Unsafe
  | Refused<'not-allowed' | 'no-organization' | 'changed-meanwhile' | 'no-reason' | AcceptanceRefusal>
> {
  if (acceptance.reason.trim() === '') return refused('no-reason');
  type Done = RecoverySwitched | Unsafe | Refused<'no-organization' | 'changed-meanwhile' | AcceptanceRefusal>;
  return inOrganization(ports, organizationId, 'switch-recovery', async (tx): Promise<Done> => {
    const inForce = await tx.policies.inForce(organizationId);
    if (!inForce) return refused('no-organization');
    if (inForce.version !== seen) return refused('changed-meanwhile');
    const { onboarding } = inForce.policy;
    const policy = {
      ...atStage(inForce.policy, stage),
      onboarding: { ...onboarding, lacking: propose ?? onboarding.lacking },
    };
    const before = await tx.policies.accepted(organizationId, seen);
    const accepted = acceptedOf(ports, policy, stage, acceptance, before);
    if ('outcome' in accepted) return accepted;
    const version = await tx.policies.set(organizationId, policy);
    if (version === undefined) return refused('no-organization');
    // Somebody else was faster, between the look above and the lock of `set`.
    if (version !== seen + 1) throw new ChangedMeanwhile();
    await tx.policies.accept(organizationId, version, accepted);
    await record(ports, tx, {
      kind: 'policy.set',
      organizationId,
      details: {
        name: policy.name,
        version,
        self_recovery: policy.selfRecovery,
        recovery_for: stage,
        recovery_was_for: stageOf(inForce.policy),
        propose: policy.onboarding.lacking,
        reason: acceptance.reason.trim().slice(0, 500),
        ...acceptedDetails(accepted),
      },
    });
    return { outcome: 'switched', version };
  }).catch((error: unknown) => {
    if (error instanceof ChangedMeanwhile) return refused('changed-meanwhile');
    throw error;
  });
}

/** What was accepted of the version in force stays so. Switching off opens nothing, and is never held up. */
function acceptedOf(
  ports: AdministrationPorts,
  policy: Policy,
  stage: RecoveryStage,
  { findings, reason }: Acceptance,
  before: readonly AcceptedFinding[],
): readonly AcceptedFinding[] | Unsafe | Refused<AcceptanceRefusal> {
  const kept = before.filter(({ finding }) => findingsOf(policy).some(({ name }) => name === finding));
  if (stage === 'off') return kept;
  const names = kept.map(({ finding }) => finding);
  const accepted = readAcceptance(ports, policy, { findings: [...names, ...findings], reason });
  if ('outcome' in accepted) return accepted;
  return [...kept, ...accepted.filter(({ finding }) => !names.includes(finding))];
}

/** Undoes the transaction. */
class ChangedMeanwhile extends Error {}
