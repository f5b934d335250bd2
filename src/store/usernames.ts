import { sql } from 'kysely';
import type { Accounts } from '../flows/ports.ts';
import type { Database } from './database.ts';
import { lockIdentifier, takenBy } from './taken.ts';
import { isUuid } from './text.ts';

type Usernames = Pick<Accounts, 'rename' | 'formerUsernames' | 'keepUsernames' | 'giveUsernameBack'>;

/** What accounts are called, and were lately. A name of lately is its account's own for as long as its row stands (`purge.ts`). */
export function usernamesOn(db: Database): Usernames {
  return {
    async rename(accountId, username, key, { id, keptUntil }) {
      if (key.includes('@')) await lockIdentifier(db, key);
      try {
        await sql`
          insert into former_usernames (id, account_id, username, key, kept_until)
          select ${id}, id, username, username_key, ${keptUntil} from accounts where id = ${accountId}`.execute(db);
        await db.updateTable('accounts').set({ username, username_key: key }).where('id', '=', accountId).execute();
      } catch (error) {
        throw takenBy(error) ?? error;
      }
    },
    async formerUsernames(accountId) {
      return db
        .selectFrom('former_usernames')
        .select(['id', 'username', 'kept_until as keptUntil'])
        .where('account_id', '=', accountId)
        .orderBy('place')
        .execute();
    },
    async keepUsernames(accountId, ids, until) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return;
      await db
        .updateTable('former_usernames')
        .set({ kept_until: sql<number>`greatest(kept_until, ${until})` })
        .where('account_id', '=', accountId)
        .where('id', 'in', known)
        .execute();
    },
    async giveUsernameBack(accountId, ids) {
      const known = ids.filter(isUuid);
      if (known.length === 0) return undefined;
      const { rows } = await sql<{ username: string }>`
        with undone as (
          select * from former_usernames f
          where account_id = ${accountId} and id = any(${known}::uuid[]) and not exists (
            select from former_usernames later
            where later.account_id = ${accountId} and later.place > f.place and later.id <> all(${known}::uuid[])
          )
        ), over as (delete from former_usernames where id in (select id from undone))
        update accounts set username = first.username, username_key = first.key
        from (select * from undone order by place limit 1) as first
        where accounts.id = ${accountId} and (position('@' in first.key) = 0 or exists (
          select from contact_points c where c.account_id = ${accountId} and c.kind = 'email' and c.key = first.key
            and c.verified_at is not null and c.veto_until is null
        ))
        returning accounts.username`.execute(db);
      return rows[0]?.username;
    },
  };
}
