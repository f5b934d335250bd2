import type { AuditEvent } from '../../domain/audit-event.ts';
import type { Policy } from '../../domain/policy.ts';
import { findingsOf } from '../../domain/proof-of-policy/proof-of-policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { AcceptedFinding } from '../ports/policies.ts';
import {
  type Acceptance,
  type AcceptanceRefusal,
  acceptedDetails,
  operatorName,
  readAcceptance,
  type Unsafe,
} from './accept-findings.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';

export interface PolicyAmended {
  readonly outcome: 'amended';
  readonly version: number;
}

export interface Amendment {
  /** The version of the policy that was looked at; another one in force by now is left alone. */
  readonly version: number;
  readonly amended: (policy: Policy) => Policy;
  /** What of the proof is accepted by name; its reason is the reason of the change, too. */
  readonly acceptance: Acceptance;
  /** It opens nothing to anybody: what its proof finds holds it up no more than before. */
  readonly opensNothing: boolean;
  readonly details: (before: Policy, after: Policy) => NonNullable<AuditEvent['details']>;
}

export type AmendRefusal = 'not-allowed' | 'no-organization' | 'changed-meanwhile' | 'no-reason' | AcceptanceRefusal;

/** One setting of the policy in force, changed from a page of the console: its next version, in which nothing else changes. */
export async function amendPolicy(
  ports: AdministrationPorts,
  organizationId: string,
  amendment: Amendment,
): Promise<PolicyAmended | Unsafe | Refused<AmendRefusal>> {
  const { version: seen, acceptance } = amendment;
  const reason = acceptance.reason.trim().slice(0, 500);
  if (reason === '') return refused('no-reason');
  type Done = PolicyAmended | Unsafe | Refused<'no-organization' | 'changed-meanwhile' | AcceptanceRefusal>;
  return inOrganization(ports, organizationId, 'switch-recovery', async (tx): Promise<Done> => {
    const held = await tx.policies.hold(organizationId);
    const inForce = await tx.policies.inForce(organizationId);
    if (held === undefined || !inForce) return refused('no-organization');
    if (held !== seen) return refused('changed-meanwhile');
    const policy = amendment.amended(inForce.policy);
    const accepted = acceptedOf(ports, policy, amendment, await tx.policies.accepted(organizationId, seen));
    if ('outcome' in accepted) return accepted;
    const version = await tx.policies.set(organizationId, policy, { by: operatorName(ports), reason, restores: null });
    if (version === undefined) return refused('no-organization');
    await tx.policies.accept(organizationId, version, accepted);
    await record(ports, tx, {
      kind: 'policy.set',
      organizationId,
      details: {
        name: policy.name,
        version,
        self_recovery: policy.selfRecovery,
        ...amendment.details(inForce.policy, policy),
        reason,
        ...acceptedDetails(accepted),
      },
    });
    return { outcome: 'amended', version };
  });
}

/** What was accepted of the version in force stays so. */
function acceptedOf(
  ports: AdministrationPorts,
  policy: Policy,
  { acceptance: { findings, reason }, opensNothing }: Amendment,
  before: readonly AcceptedFinding[],
): readonly AcceptedFinding[] | Unsafe | Refused<AcceptanceRefusal> {
  const kept = before.filter(({ finding }) => findingsOf(policy).some(({ name }) => name === finding));
  if (opensNothing) return kept;
  const names = kept.map(({ finding }) => finding);
  const accepted = readAcceptance(ports, policy, { findings: [...names, ...findings], reason });
  if ('outcome' in accepted) return accepted;
  return [...kept, ...accepted.filter(({ finding }) => !names.includes(finding))];
}
