import { type Selectable, sql } from 'kysely';
import type { NoticeKind } from '../domain/notice.ts';
import type { Notice, Notices } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { NoticeRow } from './schema.ts';
import { isUuid, LONGEST_IP, LONGEST_USER_AGENT, plainText } from './text.ts';

const SIGN_IN: NoticeKind = 'new-browser';

/** What owners are told of. Each may be contested once. */
export function noticesOn(db: Database): Notices {
  return {
    async add(notice) {
      await db
        .insertInto('notices')
        .values({
          id: notice.id,
          account_id: notice.accountId,
          at: notice.at,
          kind: notice.kind,
          ip: plainText(notice.ip, LONGEST_IP),
          user_agent: plainText(notice.userAgent, LONGEST_USER_AGENT),
          device_hash: notice.deviceHash,
          used: notice.used.filter(isUuid),
          added: notice.added.filter(isUuid),
          removed: notice.removed.filter(isUuid),
          told: notice.told,
        })
        .execute();
    },
    async find(accountId, id) {
      if (!isUuid(id)) return undefined;
      const row = await db
        .selectFrom('notices')
        .selectAll()
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      return row && noticeFrom(row);
    },
    async findAdding(accountId, kind, id) {
      if (!isUuid(id)) return undefined;
      const row = await db
        .selectFrom('notices')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('kind', '=', kind)
        .where(sql<boolean>`${id}::uuid = any(added)`)
        .orderBy('at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && noticeFrom(row);
    },
    async doneSince(accountId, since, signIns) {
      const told = db
        .selectFrom('notices')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('at', '>', since)
        .where('told', '=', true)
        .where('contested_at', 'is', null);
      const newest = told
        .clearSelect()
        .select('id')
        .where('kind', '=', SIGN_IN)
        .orderBy('at', 'desc')
        .orderBy('id')
        .limit(signIns);
      const rows = await told
        .where((eb) => eb.or([eb('kind', '<>', SIGN_IN), eb('id', 'in', newest)]))
        .orderBy('at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(noticeFrom);
    },
    async toldSince(accountId, since, limit) {
      const rows = await db
        .selectFrom('notices')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('at', '>', since)
        .where('told', '=', true)
        .orderBy('at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(noticeFrom);
    },
    async unseenIn(accountId, { deviceHash, signedInAt }, limit) {
      const seen = sql<number>`coalesce((
        select seen_notices_at from devices where account_id = ${accountId} and device_hash = ${deviceHash}
      ), ${signedInAt})`;
      let query = db
        .selectFrom('notices')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('at', '>', seen)
        .where('told', '=', true)
        .orderBy('at', 'desc')
        .orderBy('id')
        .limit(limit);
      if (deviceHash) query = query.where(sql<boolean>`device_hash is distinct from ${deviceHash}`);
      return (await query.execute()).map(noticeFrom);
    },
    async contest(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('notices')
        .set({ contested_at: at })
        .where('id', '=', id)
        .where('contested_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async countContested(accountId, kinds, since) {
      const { count } = await db
        .selectFrom('notices')
        // A recovery that set two things has told of each, at the same moment.
        .select(sql<number>`count(distinct at)`.as('count'))
        .where('account_id', '=', accountId)
        .where('kind', 'in', [...kinds])
        .where('contested_at', '>', since)
        .executeTakeFirstOrThrow();
      return count;
    },
    async open(accountId) {
      const rows = await db
        .selectFrom('notices')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('contested_at', 'is not', null)
        .where('settled_at', 'is', null)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(noticeFrom);
    },
    async settle(accountId, at) {
      await db
        .updateTable('notices')
        .set({ settled_at: at })
        .where('account_id', '=', accountId)
        .where('contested_at', 'is not', null)
        .where('settled_at', 'is', null)
        .execute();
    },
  };
}

function noticeFrom(row: Selectable<NoticeRow>): Notice {
  return {
    id: row.id,
    accountId: row.account_id,
    at: row.at,
    kind: row.kind,
    ip: row.ip,
    userAgent: row.user_agent,
    deviceHash: row.device_hash,
    used: row.used,
    added: row.added,
    removed: row.removed,
    told: row.told,
    contestedAt: row.contested_at,
    settledAt: row.settled_at,
  };
}
