import { type Selectable, sql } from 'kysely';
import type { AuditEvent } from '../domain/audit-event.ts';
import { signalsOf, VERIFICATION } from '../domain/signal.ts';
import type { SignalStream, Signals } from '../flows/ports/signals.ts';
import type { Crypto } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { JobSender } from './job-sender.ts';
import type { SignalStreamRow } from './schema.ts';
import { isUuid, plainText } from './text.ts';

const LONGEST_REASON = 300;
const MOST_FAILING = 20;

/**
 * Queues what the applications of an account are told of an event, in its transaction: those that the account has used, that listen for it, and
 * that did not say that they will not hear of this account. In the order in which the account's transactions commit.
 */
export async function queueSignals(
  db: Database,
  crypto: Crypto,
  sender: JobSender,
  event: AuditEvent,
  at: number,
): Promise<void> {
  const { accountId } = event;
  const signals = accountId === undefined ? [] : signalsOf(event, at);
  if (accountId === undefined || signals.length === 0) return;
  const streams = await db
    .selectFrom('signal_streams as s')
    .innerJoin('application_access as a', 'a.client_id', 's.client_id')
    .select(['s.id', 's.events', 's.method', 's.status'])
    .where('a.account_id', '=', accountId)
    .where('s.status', '<>', 'disabled')
    .where(
      sql<boolean>`not exists (select from signal_mutes m where m.stream_id = s.id and m.account_id = ${accountId})`,
    )
    .execute();
  for (const stream of streams) {
    const wanted = signals.filter((signal) => stream.events.includes(signal.event));
    if (wanted.length === 0) continue;
    const rows = wanted.map((signal) => ({
      id: crypto.uuid(),
      stream_id: stream.id,
      account_id: accountId,
      event: signal.event,
      claims: JSON.stringify(signal.claims),
      created_at: at,
    }));
    await db.insertInto('signals').values(rows).execute();
    if (stream.method === 'push' && stream.status === 'enabled') await sender.pushSignals(db, stream.id);
  }
}

/** The streams and what waits on them. */
export function signalsOn(db: Database, crypto: Crypto, now: () => number, sender: JobSender): Signals {
  const byId = (id: string) => db.updateTable('signal_streams').where('id', '=', id);
  const rowOf = (
    id: string,
    { authorizationHeader, endpointUrl, events, ...rest }: Parameters<Signals['change']>[1],
  ) => ({
    ...rest,
    endpoint_url: endpointUrl,
    events: [...events],
    authorization_header: authorizationHeader === null ? null : crypto.seal(authorizationHeader, contextOf(id)),
  });
  const streamFrom = (row: Selectable<SignalStreamRow>): SignalStream => ({
    id: row.id,
    clientId: row.client_id,
    method: row.method,
    endpointUrl: row.endpoint_url,
    authorizationHeader: row.authorization_header && crypto.open(row.authorization_header, contextOf(row.id)),
    events: row.events,
    description: row.description,
    status: row.status,
    reason: row.reason ?? row.last_error,
    verifiedAt: row.verified_at,
  });
  const pushLater = async (trx: Database, id: string) => {
    const stream = await trx
      .selectFrom('signal_streams')
      .select('id')
      .where('id', '=', id)
      .where('method', '=', 'push')
      .where('status', '=', 'enabled')
      .executeTakeFirst();
    if (stream) await sender.pushSignals(trx, id);
  };

  return {
    async failing() {
      const rows = await db
        .selectFrom('signal_streams')
        .select(['client_id', 'status', 'reason', 'last_error'])
        .where('status', '<>', 'disabled')
        .where('last_error', 'is not', null)
        .orderBy('client_id')
        .limit(MOST_FAILING)
        .execute();
      return rows.map((row) => ({ clientId: row.client_id, status: row.status, reason: row.last_error ?? '' }));
    },
    async of(clientId) {
      const row = await db
        .selectFrom('signal_streams')
        .selectAll()
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return row && streamFrom(row);
    },
    async create(id, clientId, settings) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('signal_streams')
        .values({ id, client_id: clientId, created_at: now(), ...rowOf(id, settings) })
        .onConflict((conflict) => conflict.column('client_id').doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async change(id, settings) {
      await db.transaction().execute(async (trx) => {
        await trx.updateTable('signal_streams').set(rowOf(id, settings)).where('id', '=', id).execute();
        await pushLater(trx, id);
      });
    },
    async remove(id) {
      await db.deleteFrom('signal_streams').where('id', '=', id).execute();
    },
    async setStatus(id, status, reason) {
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('signal_streams')
          .set({ status, reason: reason && plainText(reason, LONGEST_REASON), last_error: null })
          .where('id', '=', id)
          .execute();
        if (status === 'disabled') await trx.deleteFrom('signals').where('stream_id', '=', id).execute();
        await pushLater(trx, id);
      });
    },
    async stop(id, reason) {
      const error = plainText(reason, LONGEST_REASON);
      await byId(id).set({ status: 'paused', reason: error, last_error: error, busy_until: 0 }).execute();
    },
    async verify(id, state, notAfter) {
      return db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('signal_streams')
          .set({ verified_at: now() })
          .where('id', '=', id)
          .where('verified_at', '<=', notAfter)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        const claims = JSON.stringify(state === undefined ? {} : { state });
        const values = { id: crypto.uuid(), stream_id: id, account_id: null, event: VERIFICATION, claims };
        await trx
          .insertInto('signals')
          .values({ ...values, created_at: now() })
          .execute();
        await pushLater(trx, id);
        return true;
      });
    },
    async mute(id, accountId, muted) {
      if (!isUuid(accountId)) return;
      const row = { stream_id: id, account_id: accountId };
      if (muted) {
        await db
          .insertInto('signal_mutes')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      } else {
        await db.deleteFrom('signal_mutes').where('stream_id', '=', id).where('account_id', '=', accountId).execute();
      }
    },
    async waiting(id, limit) {
      const rows = await db
        .selectFrom('signals')
        .select(['id', 'account_id', 'event', 'claims'])
        .where('stream_id', '=', id)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(({ account_id: accountId, ...row }) => ({ ...row, accountId }));
    },
    async settle(id, ids, error) {
      const known = ids.filter(isUuid);
      if (known.length > 0)
        await db.deleteFrom('signals').where('stream_id', '=', id).where('id', 'in', known).execute();
      if (error !== undefined)
        await byId(id)
          .set({ last_error: plainText(error, LONGEST_REASON) })
          .execute();
    },
    async take(id, until) {
      const row = await byId(id)
        .set({ busy_until: until })
        .where('busy_until', '<=', now())
        .where('method', '=', 'push')
        .where('status', '=', 'enabled')
        .returningAll()
        .executeTakeFirst();
      if (row) return streamFrom(row);
      const there = await db
        .selectFrom('signal_streams')
        .select(['status', 'method'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (there?.status === 'enabled' && there.method === 'push') throw new Error('this stream is being pushed');
      return undefined;
    },
    async letGo(id, error) {
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('signal_streams')
          .set({ busy_until: 0, last_error: error && plainText(error, LONGEST_REASON) })
          .where('id', '=', id)
          .execute();
        if (error !== null) return;
        const more = await trx
          .selectFrom('signals')
          .select('id')
          .where('stream_id', '=', id)
          .limit(1)
          .executeTakeFirst();
        if (more) await pushLater(trx, id);
      });
    },
  };
}

function contextOf(id: string): string {
  return `signal-stream:${id}`;
}
