import type { Policy } from '../../domain/policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import {
  type Acceptance,
  type AcceptanceRefusal,
  acceptedDetails,
  NOTHING_ACCEPTED,
  operatorName,
  readAcceptance,
  reasonOf,
  type Unsafe,
} from './accept-findings.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';

export interface PolicySet {
  readonly outcome: 'set';
  readonly version: number;
}

type PolicyRefusal = 'unknown-organization' | 'changed-meanwhile';

/** What the page that asks for it was made of: the flow looks whether it is still so. */
export interface Circumstances {
  /** The version in force that it was compared with. */
  readonly since?: number;
  /** The earlier version that it is again. */
  readonly restores?: number;
  /** It was the operator's own draft, saved so often, which is done with. */
  readonly draft?: number;
}

/**
 * Puts a policy in force as the organization's next version. Journeys that are under way go on under the one they began with, as far as this one
 * lets them (`keptPolicy`). Where restore codes are no longer shown again, their sealed copies are erased (SPEC S2). One that is not safe takes an
 * acceptance of each error by name. An operator is decided on here once more; where somebody was faster, nothing is done (`changed-meanwhile`).
 */
export async function setPolicy(
  ports: AdministrationPorts,
  organizationId: string,
  policy: Policy,
  acceptance: Acceptance = NOTHING_ACCEPTED,
  { since, restores, draft }: Circumstances = {},
): Promise<PolicySet | Unsafe | Refused<PolicyRefusal | 'not-allowed' | AcceptanceRefusal>> {
  const accepted = readAcceptance(ports, policy, acceptance);
  if ('outcome' in accepted) return accepted;
  const { operator } = ports;
  return inOrganization(
    ports,
    organizationId,
    'change-policy',
    async (tx): Promise<PolicySet | Refused<PolicyRefusal>> => {
      const inForce = await tx.policies.hold(organizationId);
      if (inForce === undefined) return refused('unknown-organization');
      if (since !== undefined && since !== inForce) return refused('changed-meanwhile');
      const reason = reasonOf(acceptance);
      const publication = { by: operatorName(ports), reason, restores: restores ?? null };
      const version = await tx.policies.set(organizationId, policy, publication);
      if (version === undefined) return refused('unknown-organization');
      if (!policy.restoreCode.shownAgain) await tx.restoreCodes.forgetCopies(organizationId);
      await tx.policies.accept(organizationId, version, accepted);
      if (draft !== undefined && operator) await tx.drafts.remove(organizationId, operator.account.id, draft);
      await record(ports, tx, {
        kind: 'policy.set',
        organizationId,
        details: {
          name: policy.name,
          version,
          self_recovery: policy.selfRecovery,
          ...(restores !== undefined && { restores }),
          ...(reason !== null && { reason }),
          ...acceptedDetails(accepted),
        },
      });
      return { outcome: 'set', version };
    },
  );
}
