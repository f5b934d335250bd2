import type { AuditEvent } from '../domain/audit-event.ts';
import type { Database } from './database.ts';

/** A line of the audit log. */
export interface AuditEntry {
  readonly seq: number;
  readonly at: number;
  readonly kind: AuditEvent['kind'];
  readonly accountId: string | null;
  readonly organizationId: string | null;
  readonly actor: AuditEvent['actor'];
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: NonNullable<AuditEvent['details']>;
}

/** `since`: milliseconds since the epoch, inclusive. */
export interface AuditFilter {
  readonly accountId?: string;
  readonly since?: number;
}

const BATCH = 1_000;

/** The log in the order in which it was written, read in batches by index. */
export async function* readAudit(db: Database, filter: AuditFilter): AsyncGenerator<AuditEntry> {
  let after = 0;
  for (;;) {
    let query = db.selectFrom('audit_log').selectAll().where('seq', '>', after).orderBy('seq').limit(BATCH);
    if (filter.accountId !== undefined) query = query.where('account_id', '=', filter.accountId);
    if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
    const rows = await query.execute();
    for (const row of rows) {
      yield {
        seq: row.seq,
        at: row.at,
        kind: row.kind,
        accountId: row.account_id,
        organizationId: row.organization_id,
        actor: row.actor,
        ip: row.ip,
        userAgent: row.user_agent,
        details: row.details,
      };
    }
    const end = rows.at(-1);
    if (!end) return;
    after = end.seq;
  }
}
