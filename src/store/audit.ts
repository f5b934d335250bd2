import type { AuditEvent } from '../domain/audit-event.ts';
import type { AuditLog, Crypto, Visitor } from '../flows/ports.ts';
import { hashOf } from './audit-chain.ts';
import type { Database } from './database.ts';
import { plainText } from './text.ts';

const LONGEST_TEXT = 300;
export const HEAD_CONTEXT = 'audit-head';

/** What the sealed head says. */
export interface Head {
  readonly count: number;
  readonly hash: string;
}

/** An event that waits for the end of its transaction. */
export interface PendingEvent {
  readonly event: AuditEvent;
  readonly visitor: Visitor | undefined;
  readonly at: number;
}

/** Collects what a transaction has to say, and queues what applications are told of it; `writeEvents` puts it into the log right before the commit. */
export function auditInto(
  pending: PendingEvent[],
  now: () => number,
  queue: (event: AuditEvent, at: number) => Promise<void>,
): AuditLog {
  return {
    async append(event, visitor) {
      const at = now();
      pending.push({ event, visitor, at });
      await queue(event, at);
    },
  };
}

/**
 * Appends events to the chain. The head's row lock gives the log one order and is held until the commit, so this is the
 * last thing that a transaction does. Reading under that lock is safe: PostgreSQL reads the row anew after waiting.
 */
export async function writeEvents(db: Database, crypto: Crypto, events: readonly PendingEvent[]): Promise<void> {
  if (events.length === 0) return;
  const head = await db.selectFrom('audit_head').select(['count', 'hash']).forUpdate().executeTakeFirstOrThrow();
  let { count, hash } = head;
  const rows = events.map(({ event, visitor, at }) => {
    count += 1;
    const row = {
      seq: count,
      at,
      kind: event.kind,
      account_id: event.accountId ?? null,
      organization_id: event.organizationId ?? null,
      actor: event.actor,
      ip: visitor ? plainText(visitor.ip, LONGEST_TEXT) : null,
      user_agent: visitor ? plainText(visitor.userAgent, LONGEST_TEXT) : null,
      details: detailsOf(event),
      prev_hash: hash,
    };
    hash = hashOf(row);
    return { ...row, details: JSON.stringify(row.details), hash };
  });
  const sealed = crypto.seal(JSON.stringify({ count, hash: hash.toString('hex') } satisfies Head), HEAD_CONTEXT);
  await db
    .with('moved', (cte) => cte.updateTable('audit_head').set({ count, hash, sealed }))
    .insertInto('audit_log')
    .values(rows)
    .execute();
}

/** Only what JSON and PostgreSQL keep as it is, so that a row reads back as it was hashed. */
function detailsOf(event: AuditEvent): NonNullable<AuditEvent['details']> {
  const entries = Object.entries(event.details ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      typeof value === 'string'
        ? plainText(value, LONGEST_TEXT)
        : typeof value === 'object' && value !== null
          ? value.map((text) => plainText(text, LONGEST_TEXT))
          : value,
    ]),
  );
}
