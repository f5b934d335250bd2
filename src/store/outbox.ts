import { sql } from 'kysely';
import type { Message } from '../domain/message.ts';
import type { OutboxRecords } from '../flows/ports/jobs.ts';
import type { Crypto, Outbox } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { JobSender } from './job-sender.ts';
import { isUuid, plainText } from './text.ts';

const LONGEST_REASON = 300;

/** Queues messages inside the caller's transaction: the sealed text in a row, and a job that carries only the row's id. */
export function outboxOn(db: Database, crypto: Crypto, now: () => number, sender: JobSender): Outbox {
  return {
    async send(message) {
      const id = crypto.uuid();
      await db
        .insertInto('outbox')
        .values({
          id,
          channel: message.channel,
          // What belongs to an account goes with it. A decoy belongs to nobody.
          account_id: message.to === '' || message.outlivesAccount ? null : message.accountId,
          organization_id: message.to === '' ? null : message.organizationId,
          sealed: crypto.seal(JSON.stringify(message), contextOf(id)),
          created_at: now(),
          expires_at: message.expiresAt,
        })
        .execute();
      await sender.deliver(db, message.to === '' ? 'decoy' : message.channel, id);
    },
  };
}

/** What the worker that delivers reads and writes. */
export function outboxRecordsOn(db: Database, crypto: Crypto, now: () => number): OutboxRecords {
  return {
    async open(id) {
      if (!isUuid(id)) return undefined;
      const row = await db
        .selectFrom('outbox')
        .select('sealed')
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .where('expires_at', '>', now())
        .executeTakeFirst();
      if (!row?.sealed) return undefined;
      const message: Message = JSON.parse(crypto.open(row.sealed, contextOf(id)));
      return message;
    },
    async markSent(id, at) {
      await db
        .updateTable('outbox')
        .set({ state: 'sent', sent_at: at, sealed: null, last_error: null, tries: sql<number>`tries + 1` })
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .execute();
    },
    async markFailed(id, reason, final) {
      await db
        .updateTable('outbox')
        .set({
          last_error: plainText(reason, LONGEST_REASON),
          tries: sql<number>`tries + 1`,
          ...(final ? { state: 'failed' as const, sealed: null } : {}),
        })
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .execute();
    },
  };
}

function contextOf(id: string): string {
  return `outbox:${id}`;
}
