import { type Selectable, sql } from 'kysely';
import type { ClientRegistry, RegisteredClient } from '../../flows/ports/clients.ts';
import type { Database } from '../database.ts';
import type { ClientRow } from '../schema.ts';
import { isStorable } from '../text.ts';

/** Applications, as the provider's adapter reads them. Nodes that run are told by the trigger of the table. */
export function clientsOn(db: Database): ClientRegistry {
  const byId = (id: string) => db.selectFrom('clients').selectAll().where('id', '=', id);
  return {
    async create(client) {
      await db
        .insertInto('clients')
        .values({
          id: client.id,
          organization_id: client.organizationId,
          name: client.name,
          metadata: JSON.stringify(client.metadata),
          secret_hash: client.secretHash,
          first_party: client.firstParty,
          admits_others: client.admitsOthers,
        })
        .execute();
    },
    async page({ scope, after, before, limit }) {
      const place = after ?? before;
      if (place !== undefined && !isStorable(place)) return [];
      let rows = db.selectFrom('clients').selectAll().limit(limit);
      if (scope !== null) rows = rows.where('organization_id', '=', sql<string>`any(${[...scope]}::text[])`);
      if (place !== undefined) {
        const from = sql`(select name, id from clients where id = ${place})`;
        rows = rows.where(
          after === undefined ? sql<boolean>`(name, id) < ${from}` : sql<boolean>`(name, id) > ${from}`,
        );
      }
      const order = after === undefined && before !== undefined ? 'desc' : 'asc';
      const found = (await rows.orderBy('name', order).orderBy('id', order).execute()).map(clientFrom);
      return order === 'desc' ? found.toReversed() : found;
    },
    async find(id) {
      const row = isStorable(id) ? await byId(id).executeTakeFirst() : undefined;
      return row && clientFrom(row);
    },
    async lock(id) {
      const row = isStorable(id) ? await byId(id).forUpdate().executeTakeFirst() : undefined;
      return row && clientFrom(row);
    },
    async change(id, changes) {
      await db
        .updateTable('clients')
        .set({
          version: sql`version + 1`,
          ...(changes.name !== undefined && { name: changes.name }),
          ...(changes.metadata !== undefined && { metadata: JSON.stringify(changes.metadata) }),
          ...(changes.secretHash !== undefined && { secret_hash: changes.secretHash }),
          ...(changes.firstParty !== undefined && { first_party: changes.firstParty }),
          ...(changes.admitsOthers !== undefined && { admits_others: changes.admitsOthers }),
          ...(changes.suspendedAt !== undefined && { suspended_at: changes.suspendedAt }),
        })
        .where('id', '=', id)
        .execute();
    },
    async remove(id) {
      await db.deleteFrom('clients').where('id', '=', id).execute();
    },
  };
}

function clientFrom(row: Selectable<ClientRow>): RegisteredClient {
  return {
    id: row.id,
    name: row.name,
    organizationId: row.organization_id,
    metadata: row.metadata,
    secretHash: row.secret_hash,
    firstParty: row.first_party,
    admitsOthers: row.admits_others,
    suspended: row.suspended_at !== null,
    suspendedAt: row.suspended_at,
    createdAt: row.created_at,
    version: row.version,
  };
}
