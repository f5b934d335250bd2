import { sql } from 'kysely';
import type { Contacts } from '../flows/ports.ts';
import type { Database } from './database.ts';
import { lockIdentifier, takenBy } from './taken.ts';
import { isUuid } from './text.ts';

/** Addresses and numbers that an account gains and gives up. A given-up one stays for a while: it hears of what happens. */
export function contactsOn(db: Database): Contacts {
  return {
    async add(accountId, contact) {
      if (contact.kind === 'email') await lockIdentifier(db, contact.key);
      try {
        await db
          .insertInto('contact_points')
          .values({
            id: contact.id,
            account_id: accountId,
            kind: contact.kind,
            value: contact.value,
            key: contact.key,
            verified_at: contact.verifiedAt,
            is_primary: contact.primary,
            counts_from: contact.countsFrom,
          })
          .execute();
      } catch (error) {
        throw takenBy(error) ?? error;
      }
    },
    async holderOf(key) {
      const held = db
        .selectFrom('contact_points')
        .select('account_id as id')
        .where('kind', '=', 'email')
        .where('key', '=', key);
      const named = db.selectFrom('accounts').select('id').where('username_key', '=', key);
      const wasNamed = db.selectFrom('former_usernames').select('account_id as id').where('key', '=', key);
      return (await held.unionAll(named).unionAll(wasNamed).limit(1).executeTakeFirst())?.id;
    },
    async giveUp(accountId, contactId, vetoUntil, silent = false) {
      if (!isUuid(contactId)) return;
      await db
        .updateTable('contact_points')
        .set({ is_primary: false, veto_until: vetoUntil, silent })
        .where('account_id', '=', accountId)
        .where('id', '=', contactId)
        .execute();
    },
    async named(accountId, ids) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return [];
      return db
        .selectFrom('contact_points')
        .select(['id', 'kind', 'value'])
        .where('account_id', '=', accountId)
        .where('id', 'in', known)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
    },
    async rest(accountId, ids, until) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return;
      await db
        .updateTable('contact_points')
        .set({ counts_from: sql<number>`greatest(counts_from, ${until})` })
        .where('account_id', '=', accountId)
        .where('id', 'in', known)
        .execute();
    },
    async revive(accountId, ids, now) {
      if (ids.length > 0)
        await db
          .updateTable('contact_points')
          .set({ veto_until: null, silent: false })
          .where('account_id', '=', accountId)
          .where('id', 'in', ids)
          .execute();
      // What was primary before is not written down: as `nextPrimary` has it, where none is any more.
      await sql`
        update contact_points c set is_primary = true
        where c.id in (
          select distinct on (kind) id from contact_points
          where account_id = ${accountId} and veto_until is null and verified_at is not null
            and not exists (select from contact_points p where p.account_id = ${accountId} and p.kind = contact_points.kind and p.is_primary)
          order by kind, counts_from > ${now}, created_at, id
        )`.execute(db);
    },
    async remove(accountId, ids) {
      if (ids.length === 0) return;
      await db.deleteFrom('contact_points').where('account_id', '=', accountId).where('id', 'in', ids).execute();
    },
    async setOff(accountId, ids, offAt) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return [];
      const rows = await db
        .updateTable('contact_points')
        .set({ off_at: offAt })
        .where('account_id', '=', accountId)
        .where('id', 'in', known)
        .where('kind', '=', 'phone')
        .where('veto_until', 'is', null)
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },
    async makePrimary(accountId, contactId) {
      // Two statements: the unique index looks at each row as it is written.
      await sql`
        update contact_points set is_primary = false
        where account_id = ${accountId} and is_primary and id <> ${contactId}
          and kind = (select kind from contact_points where id = ${contactId} and account_id = ${accountId})`.execute(
        db,
      );
      await sql`
        update contact_points set is_primary = true
        where account_id = ${accountId} and id = ${contactId} and veto_until is null`.execute(db);
    },
  };
}
