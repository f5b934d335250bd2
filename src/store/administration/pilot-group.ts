import { type RawBuilder, sql } from 'kysely';
import type { NamedAccount } from '../../flows/ports/account-kinds.ts';
import type { PilotGroup } from '../../flows/ports/pilot-group.ts';
import type { Database } from '../database.ts';
import { isUuid } from '../text.ts';

/** The `PilotGroup` port, by the index `accounts_pilot`. */
export function pilotGroupOn(db: Database): PilotGroup {
  return {
    async page(organizationId, after, limit) {
      const { rows } = await pageQuery(organizationId, after, limit).execute(db);
      return rows;
    },
    async size(organizationId) {
      const { size } = await db
        .selectFrom('accounts')
        .select((eb) => eb.fn.countAll<number>().as('size'))
        .where('organization_id', '=', organizationId)
        .where('pilot_since', 'is not', null)
        .executeTakeFirstOrThrow();
      return size;
    },
    async add(organizationId, accountIds, at) {
      const added = await db
        .updateTable('accounts')
        .set({ pilot_since: at })
        .where('id', 'in', among(accountIds))
        .where('organization_id', '=', organizationId)
        .where('pilot_since', 'is', null)
        .returning('id')
        .execute();
      return added.map(({ id }) => id);
    },
    async remove(organizationId, accountIds) {
      const removed = await db
        .updateTable('accounts')
        .set({ pilot_since: null })
        .where('id', 'in', among(accountIds))
        .where('organization_id', '=', organizationId)
        .where('pilot_since', 'is not', null)
        .returning('id')
        .execute();
      return removed.map(({ id }) => id);
    },
  };
}

/** The place where a page begins is looked up by the account's id, so that no name stands in the link to it. */
export function pageQuery(organizationId: string, after: string | undefined, limit: number): RawBuilder<NamedAccount> {
  const from = after !== undefined && isUuid(after) ? after : null;
  return sql<NamedAccount>`
    select id, username, given_name as "givenName", family_name as "familyName" from accounts
    where organization_id = ${organizationId} and pilot_since is not null
      and username_key > coalesce((select username_key from accounts where id = ${from}::uuid), '')
    order by username_key limit ${limit}`;
}

/** Locked in the order of their ids, so that two that change the same group do not wait for each other in a circle. */
const among = (ids: readonly string[]) =>
  sql<string>`(select id from accounts where id = any(${ids.filter(isUuid)}::uuid[]) order by id for no key update)`;
