import type { Apis } from '../flows/ports/apis.ts';
import type { Clients, Organizations } from '../flows/ports/provider.ts';
import type { Accounts } from '../flows/ports.ts';
import { apiOf } from './administration/apis.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import { isHash, logoOf, organizationRows, registeredFrom } from './organization-rows.ts';
import { policyInForce } from './policy-in-force.ts';
import { remembered } from './remembered.ts';
import { isStorable } from './text.ts';

/** Each is 256 KB at most, and mostly a hundredth of that. */
const MOST_LOGOS = 200;

/** What operators set and every request reads: kept in memory, fresh by LISTEN/NOTIFY. */
export interface Settings {
  readonly clients: Clients;
  readonly apis: Apis;
  readonly organizations: Organizations;
  readonly policyFor: Accounts['policyFor'];
}

export function settingsOn(db: Database, changes: Changes): Settings {
  const clients = remembered(changes, ['clients'], async (id) => {
    const row = await db.selectFrom('clients').selectAll().where('id', '=', id).executeTakeFirst();
    return (
      row && {
        id: row.id,
        name: row.name,
        organizationId: row.organization_id,
        metadata: row.metadata,
        secretHash: row.secret_hash,
        firstParty: row.first_party,
        admitsOthers: row.admits_others,
        suspended: row.suspended_at !== null,
      }
    );
  });
  const apis = remembered(changes, ['apis'], async (identifier) => {
    const row = await db.selectFrom('apis').selectAll().where('identifier', '=', identifier).executeTakeFirst();
    return row && apiOf(row);
  });
  const organizations = remembered(changes, ['organizations'], async (id) => {
    const row = await organizationRows(db).where('organizations.id', '=', id).executeTakeFirst();
    return row && registeredFrom(row);
  });
  const logos = remembered(changes, ['organizations'], (hash) => logoOf(db, hash), MOST_LOGOS);
  const policies = remembered(changes, ['policies'], (organizationId) => policyInForce(db, organizationId));
  return {
    clients: { find: async (id) => (isStorable(id) ? clients.get(id) : undefined) },
    apis: { find: async (identifier) => (isStorable(identifier) ? apis.get(identifier) : undefined) },
    organizations: {
      find: async (id) => (isStorable(id) ? organizations.get(id) : undefined),
      logo: async (hash) => (isHash(hash) ? logos.get(hash) : undefined),
    },
    policyFor: async (id) => (isStorable(id) ? await policies.get(id) : undefined) ?? policies.get('default'),
  };
}
