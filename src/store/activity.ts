import type { Selectable } from 'kysely';
import type { Activity, ActivityEntry } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { AuditLogRow } from './schema.ts';

/** The audit log of one account, page by page, by the index on (account_id, seq). */
export function activityOn(db: Database): Activity {
  return {
    async of(accountId, { before, after, kinds, limit }) {
      let query = db.selectFrom('audit_log').selectAll().where('account_id', '=', accountId).limit(limit);
      if (kinds) query = query.where('kind', 'in', [...kinds]);
      if (before !== undefined) query = query.where('seq', '<', before);
      if (after === undefined) return (await query.orderBy('seq', 'desc').execute()).map(entryFrom);
      const rows = await query.where('seq', '>', after).orderBy('seq', 'asc').execute();
      return rows.map(entryFrom).toReversed();
    },
    async find(accountId, seq) {
      if (!Number.isSafeInteger(seq) || seq < 1) return undefined;
      const row = await db
        .selectFrom('audit_log')
        .selectAll()
        .where('seq', '=', seq)
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      return row && entryFrom(row);
    },
  };
}

/** Of an operator's act its owner sees that it was one; who it was, from where and why stands in the log of the organization. */
function entryFrom(row: Selectable<AuditLogRow>): ActivityEntry {
  const byOperator = row.actor === 'operator';
  return {
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    actor: row.actor,
    ip: byOperator ? null : row.ip,
    userAgent: byOperator ? null : row.user_agent,
    details: byOperator ? withoutOperator(row.details) : row.details,
  };
}

const OPERATORS_OWN = new Set(['operator', 'by', 'reason', 'checked', 'ticket', 'proposed_by', 'proposed_by_name']);

function withoutOperator(details: ActivityEntry['details']): ActivityEntry['details'] {
  return Object.fromEntries(Object.entries(details).filter(([key]) => !OPERATORS_OWN.has(key)));
}
