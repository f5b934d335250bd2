import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts, AdministrationRepositories } from '../ports/administration.ts';
import type { RegisteredOrganization } from '../ports/organizations.ts';
import type { Repositories } from '../ports.ts';
import { inOrganization } from './on-account.ts';

type Tx = Repositories & AdministrationRepositories;

export type OrganizationActRefusal = 'unknown-organization' | 'not-allowed' | 'changed-meanwhile';

/**
 * Does `work` on one organization in one transaction, under the lock on it; an operator is decided on here once more, as in `onAccount`, before anything of
 * it is read. `version`: of the state that the page was made of; where somebody has changed the organization since, nothing is done.
 */
export function onOrganization<Done>(
  ports: AdministrationPorts,
  id: string,
  version: number | undefined,
  work: (tx: Tx, organization: RegisteredOrganization) => Promise<Done>,
): Promise<Done | Refused<OrganizationActRefusal>> {
  return inOrganization(
    ports,
    id,
    'change-organization',
    async (tx): Promise<Done | Refused<OrganizationActRefusal>> => {
      const organization = await tx.organizations.lock(id);
      if (!organization) return refused('unknown-organization');
      if (version !== undefined && organization.version !== version) return refused('changed-meanwhile');
      return work(tx, organization);
    },
  );
}
