import { askForEmergencyCode } from '../../../src/flows/ask-for-emergency-code.ts';
import type { Person } from '../../support/people.ts';
import type { World } from '../recovery/world.ts';

/** Somebody asks for an emergency code for this account, from a browser that nobody knows: the id of the request. */
export async function fileRequest(world: World, { id, username }: Pick<Person, 'id' | 'username'>): Promise<string> {
  const visitor = { ip: '192.0.2.77', userAgent: '', deviceHash: null };
  const asked = { identifier: username, organizationId: 'default', reason: 'lost everything', reach: '+41 79 000' };
  const done = await askForEmergencyCode(world.ports, visitor, asked);
  if (done.outcome === 'refused') throw new Error(done.reason);
  const queue = await world.ports.store.emergencyRequests.queue(null, world.ports.now(), 1_000);
  const found = queue.findLast(({ accountId }) => accountId === id);
  if (!found) throw new Error('not filed');
  return found.id;
}
