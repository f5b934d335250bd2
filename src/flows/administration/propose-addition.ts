import type { Addition } from '../../domain/addition.ts';
import { withProposal } from '../../domain/proposals.ts';
import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Unsafe } from './accept-findings.ts';
import { type AmendRefusal, amendPolicy, type PolicyAmended } from './amend-policy.ts';

/** Has proposed at sign-ins, or no longer, what the lock-out report found to help most (SPEC X2). Nobody is made to, and nothing opens by it. */
export function proposeAddition(
  ports: AdministrationPorts,
  organizationId: string,
  asked: { readonly add: Addition; readonly on: boolean; readonly version: number; readonly reason: string },
): Promise<PolicyAmended | Unsafe | Refused<AmendRefusal>> {
  const { add, on, version, reason } = asked;
  return amendPolicy(ports, organizationId, {
    version,
    acceptance: { findings: [], reason },
    opensNothing: true,
    amended: (policy) => withProposal(policy, add, on),
    details: () => ({ proposal: add, proposed: on }),
  });
}
