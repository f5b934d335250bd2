import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts, AdministrationRepositories } from '../ports/administration.ts';
import type { RegisteredClient } from '../ports/clients.ts';
import type { Repositories } from '../ports.ts';
import { inOrganization } from './on-account.ts';

type Tx = Repositories & AdministrationRepositories;

export type ClientActRefusal = 'unknown-client' | 'not-allowed' | 'changed-meanwhile';

/**
 * Does `work` on one application in one transaction, under the lock on it; an operator is decided on here once more, as in `onAccount`. `version`: of
 * the state that the page was made of; where somebody has changed the application since, nothing is done.
 */
export async function onClient<Done>(
  ports: AdministrationPorts,
  id: string,
  version: number | undefined,
  work: (tx: Tx, client: RegisteredClient) => Promise<Done>,
): Promise<Done | Refused<ClientActRefusal>> {
  const found = await ports.store.clients.find(id);
  if (!found) return refused('unknown-client');
  return inOrganization(
    ports,
    found.organizationId,
    'change-clients',
    async (tx): Promise<Done | Refused<ClientActRefusal>> => {
      const client = await tx.clients.lock(id);
      if (!client) return refused('unknown-client');
      if (version !== undefined && client.version !== version) return refused('changed-meanwhile');
      return work(tx, client);
    },
  );
}
