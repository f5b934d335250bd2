import type { Policy } from '../../domain/policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import {
  type Acceptance,
  type AcceptanceRefusal,
  acceptedDetails,
  NOTHING_ACCEPTED,
  readAcceptance,
  type Unsafe,
} from './accept-findings.ts';
import { record } from './record.ts';

export interface PolicySet {
  readonly outcome: 'set';
  readonly version: number;
}

/**
 * Puts a policy in force as the organization's next version. Journeys that are under way go on under the one they began with,
 * as far as this one lets them (`keptPolicy`). Where restore
 * codes are no longer shown again, their sealed copies are erased (SPEC S2). One that is not safe takes an acceptance of each error by name.
 */
export async function setPolicy(
  ports: AdministrationPorts,
  organizationId: string,
  policy: Policy,
  acceptance: Acceptance = NOTHING_ACCEPTED,
): Promise<PolicySet | Unsafe | Refused<'unknown-organization' | AcceptanceRefusal>> {
  const accepted = readAcceptance(ports, policy, acceptance);
  if ('outcome' in accepted) return accepted;
  return ports.store.transaction(async (tx) => {
    const version = await tx.policies.set(organizationId, policy);
    if (version === undefined) return refused('unknown-organization');
    if (!policy.restoreCode.shownAgain) await tx.restoreCodes.forgetCopies(organizationId);
    await tx.policies.accept(organizationId, version, accepted);
    await record(ports, tx, {
      kind: 'policy.set',
      organizationId,
      details: { name: policy.name, version, self_recovery: policy.selfRecovery, ...acceptedDetails(accepted) },
    });
    return { outcome: 'set', version };
  });
}
