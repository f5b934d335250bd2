import { type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import type { AuditReader, LogLine, LogQuery } from '../../flows/ports/log.ts';
import type { Crypto } from '../../flows/ports.ts';
import { type AuditVerdict, verifyAuditEnd } from '../audit-verify.ts';
import type { Database } from '../database.ts';
import type { AuditLogRow, Schema } from '../schema.ts';
import { isUuid } from '../text.ts';

export interface LogParts {
  readonly crypto: Crypto;
  readonly verifyAudit: () => Promise<AuditVerdict>;
}

const BATCH = 1_000;
/** A transaction may write down later what it was told earlier: none takes so long. */
const SLACK_MS = 600_000;

/** The audit log for those who administer: by number, narrowed by index. */
export function logOn(db: Database, { crypto, verifyAudit }: LogParts): AuditReader {
  const read = (query: LogQuery) =>
    narrowed(db.selectFrom('audit_log').leftJoin('accounts', 'accounts.id', 'audit_log.account_id'), query)
      .selectAll('audit_log')
      .select('accounts.username');
  return {
    async page({ before, after, limit, ...query }) {
      if (isNobody(query)) return [];
      let rows = read(query).limit(limit);
      if (before !== undefined) rows = rows.where('seq', '<', before);
      if (after === undefined) return (await rows.orderBy('seq', 'desc').execute()).map(lineFrom);
      return (await rows.where('seq', '>', after).orderBy('seq').execute()).map(lineFrom).toReversed();
    },
    async find(scope, seq) {
      if (!Number.isSafeInteger(seq)) return undefined;
      const row = await read({ scope }).where('seq', '=', seq).executeTakeFirst();
      return row && lineFrom(row);
    },
    async *all(query) {
      let after = 0;
      while (!isNobody(query)) {
        const rows = await read(query).where('seq', '>', after).orderBy('seq').limit(BATCH).execute();
        yield* rows.map(lineFrom);
        const last = rows.at(-1);
        if (!last || rows.length < BATCH) return;
        after = last.seq;
      }
    },
    end: () => verifyAuditEnd(db, crypto),
    verify: verifyAudit,
  };
}

/** Ids that cannot be any find nothing. */
const isNobody = ({ accountId, operatorId }: LogQuery): boolean =>
  [accountId, operatorId].some((id) => id !== undefined && !isUuid(id));

type Tables = Pick<Schema, 'audit_log'> & { accounts: Schema['accounts'] | null };

function narrowed<Row>(
  from: SelectQueryBuilder<Tables & Schema, 'audit_log' | 'accounts', Row>,
  { scope, accountId, actor, operatorId, kind, from: since, to }: LogQuery,
) {
  let query = from;
  if (scope !== null) query = query.where('audit_log.organization_id', '=', sql<string>`any(${[...scope]}::text[])`);
  if (accountId !== undefined) query = query.where('audit_log.account_id', '=', accountId);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (operatorId !== undefined)
    query = query.where('actor', '=', 'operator').where(sql<boolean>`audit_log.details->>'operator' = ${operatorId}`);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (since !== undefined) query = query.where('at', '>=', since).where('seq', '>=', firstAfter(since - SLACK_MS));
  if (to !== undefined) query = query.where('at', '<', to).where('seq', '<=', firstAfter(to + SLACK_MS));
  return query;
}

/** The number of the first line from a time on: so that a time narrows by number too, and nothing before or after it is read. */
function firstAfter(at: number) {
  return sql<number>`coalesce((select seq from audit_log where at >= ${at} order by at, seq limit 1),
    (select count + 1 from audit_head))`;
}

function lineFrom(row: Selectable<AuditLogRow> & { readonly username: string | null }): LogLine {
  return {
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    accountId: row.account_id,
    username: row.username,
    organizationId: row.organization_id,
    actor: row.actor,
    ip: row.ip,
    userAgent: row.user_agent,
    details: row.details,
  };
}
