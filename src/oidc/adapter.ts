import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import type { Clients, ProviderRecords } from '../flows/ports/provider.ts';
import { clientMetadata } from './client-metadata.ts';

/**
 * oidc-provider's storage on our two ports: its `Client` model is read from `Clients`, everything else are records.
 */
export function createAdapter(records: ProviderRecords, clients: Clients): AdapterFactory {
  return (model) => (model === 'Client' ? clientAdapter(clients) : recordAdapter(records, model));
}

function recordAdapter(records: ProviderRecords, model: string): Adapter {
  return {
    upsert: (id, payload, expiresIn) => records.upsert(model, id, { ...payload }, expiresIn),
    find: (id) => found(records.find(model, id)),
    findByUid: (uid) => found(records.findByUid(model, uid)),
    findByUserCode: (userCode) => found(records.findByUserCode(model, userCode)),
    destroy: (id) => records.destroy(model, id),
    revokeByGrantId: (grantId) => revokeOnce(records, model, grantId),
    consume: (id) => consumeOnce(records, model, id),
  };
}

async function found(record: Promise<Record<string, unknown> | undefined>): Promise<AdapterPayload | undefined> {
  return record;
}

/**
 * The port ends the grant and everything issued under it at once. oidc-provider asks each model in parallel, access tokens always
 * (helpers/revoke.js): one deletion is enough, and several of the same rows could block each other.
 */
async function revokeOnce(records: ProviderRecords, model: string, grantId: string): Promise<void> {
  if (model === 'AccessToken') await records.revokeByGrantId(grantId);
}

export const USED_AT_ONCE = 'already used by a request at the same moment';

/**
 * RFC 6749 4.1.2, RFC 9700 4.14 (A38). oidc-provider looks at `consumed` first and calls `consume` only then, so of several
 * parallel requests all come this far. Exactly one may go on. It calls `consume` before it issues anything, so a loser that throws
 * here gets no token. The loser also ends the family: the grant goes, and every token is worthless without its grant (userinfo,
 * introspection, refresh look it up), those included that the winner is only now writing.
 */
async function consumeOnce(records: ProviderRecords, model: string, id: string): Promise<void> {
  if (await records.consume(model, id)) return;
  if (model === 'PushedAuthorizationRequest') {
    throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
  }
  const grantId = (await records.find(model, id))?.['grantId'];
  if (typeof grantId === 'string') await records.revokeByGrantId(grantId);
  throw new errors.InvalidGrant(USED_AT_ONCE);
}

function refuse(): never {
  throw new Error('clients are not written through the provider');
}

/** Read only: applications are made by our own flows, and every use asks again, so a change holds at once. A suspended one is none. */
function clientAdapter(clients: Clients): Adapter {
  return {
    find: async (id) => {
      const client = await clients.find(id);
      return client && !client.suspended ? clientMetadata(client) : undefined;
    },
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: async () => refuse(),
    destroy: async () => refuse(),
    consume: async () => refuse(),
    revokeByGrantId: async () => refuse(),
  };
}
