import type { Policy } from '../../domain/policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';

export interface PolicySet {
  readonly outcome: 'set';
  readonly version: number;
}

/**
 * Puts a policy in force as the organization's next version. Journeys that are under way end under the one they began with. Where restore
 * codes are no longer shown again, their sealed copies are erased (SPEC S2).
 */
export async function setPolicy(
  ports: AdministrationPorts,
  organizationId: string,
  policy: Policy,
): Promise<PolicySet | Refused<'unknown-organization'>> {
  return ports.store.transaction(async (tx) => {
    const version = await tx.policies.set(organizationId, policy);
    if (version === undefined) return refused('unknown-organization');
    if (!policy.restoreCode.shownAgain) await tx.restoreCodes.forgetCopies(organizationId);
    await tx.audit.append({
      kind: 'policy.set',
      organizationId,
      actor: 'cli',
      details: { by: ports.by, name: policy.name, version, self_recovery: policy.selfRecovery },
    });
    return { outcome: 'set', version };
  });
}
