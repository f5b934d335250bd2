import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { type ClientActRefusal, onClient } from './on-client.ts';
import { record, type Why } from './record.ts';

export interface ClientSet {
  readonly outcome: 'set';
  /** False: it was so already. */
  readonly changed: boolean;
}

type Result = Promise<ClientSet | Refused<ClientActRefusal>>;

/**
 * Suspends an application: the provider does not know it any more. Nobody signs in to it, and no token of it counts, neither at userinfo nor at
 * introspection nor to be refreshed (ATTACKS A20), until that is taken back.
 */
export function suspendClient(ports: AdministrationPorts, id: string, why: Why = {}): Result {
  return set(ports, id, true, why);
}

/** Takes that back: it goes on as before, with the tokens that are not too old by then. */
export function resumeClient(ports: AdministrationPorts, id: string, why: Why = {}): Result {
  return set(ports, id, false, why);
}

function set(ports: AdministrationPorts, id: string, suspended: boolean, why: Why): Result {
  return onClient(ports, id, undefined, async (tx, { organizationId, name, suspendedAt }) => {
    const changed = suspended === (suspendedAt === null);
    if (changed) {
      await tx.clients.change(id, { suspendedAt: suspended ? ports.now() : null });
      const kind = suspended ? 'client.suspended' : 'client.resumed';
      await record(ports, tx, { kind, organizationId, details: { client: id, name, ...why } });
    }
    return { outcome: 'set', changed };
  });
}

/**
 * Removes an application for good: what holds of a suspended one, with no way back. Its id is never given again, so that what was granted to it opens
 * nothing in the hands of another.
 */
export function removeClient(
  ports: AdministrationPorts,
  id: string,
  why: Why = {},
): Promise<{ readonly outcome: 'removed' } | Refused<ClientActRefusal>> {
  return onClient(ports, id, undefined, async (tx, { organizationId, name }) => {
    await tx.clients.remove(id);
    await record(ports, tx, { kind: 'client.removed', organizationId, details: { client: id, name, ...why } });
    return { outcome: 'removed' } as const;
  });
}
