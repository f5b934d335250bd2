import { sql } from 'kysely';
import type { Database } from './database.ts';

const DAY_MS = 86_400_000;

/**
 * Removes what has expired, at most `limit` rows of each kind, and returns how many were removed at most of one kind: as
 * many as `limit` means that more may be left. Rows that somebody else holds are left for the next time. Journeys and codes
 * stay a day longer, so that a late click still learns what happened; attempts are forgotten after 30 quiet days.
 */
export async function purgeExpired(db: Database, now: number, limit: number): Promise<number> {
  const removed = [
    await remove(db, 'oidc_records', sql`expires_at <= ${now}`, limit),
    await remove(db, 'one_time_codes', sql`expires_at <= ${now - DAY_MS}`, limit),
    await remove(db, 'journeys', sql`expires_at <= ${now - DAY_MS}`, limit),
    await remove(db, 'recoveries', sql`open_until <= ${now - DAY_MS}`, limit),
    await remove(db, 'daily_counts', sql`day < ${now - 400 * DAY_MS}`, limit),
    await remove(db, 'lock_out_days', sql`day < ${now - 400 * DAY_MS}`, limit),
    await remove(db, 'pairings', sql`expires_at <= ${now - DAY_MS}`, limit),
    await remove(db, 'rate_limits', sql`expire <= ${now}`, limit),
    await remove(db, 'attempts', sql`counted_at < ${now - 30 * DAY_MS} and locked_until < ${now}`, limit),
    await remove(db, 'credentials', sql`purge_at <= ${now}`, limit),
    await remove(db, 'contact_points', sql`veto_until <= ${now} and not ${isAwaited(now)}`, limit),
    await remove(db, 'former_usernames', sql`kept_until <= ${now}`, limit),
    // Shown and never typed back: nobody can activate it any more.
    await remove(db, 'restore_codes', sql`confirmed_at is null and created_at <= ${now - DAY_MS}`, limit),
    await remove(db, 'notices', sql`at < ${now - 400 * DAY_MS}`, limit),
    await remove(db, 'signals', sql`created_at < ${now - 7 * DAY_MS}`, limit),
    await remove(db, 'ended_sessions', sql`ended_at < ${now - DAY_MS}`, limit),
    await remove(db, 'ended_grants', sql`ended_at < ${now - DAY_MS}`, limit),
    // No policy lets a session live longer than 30 days, and a refresh token issued at its end lives for 14 more: it ends with what it stood on.
    // As long as a session may stand on it.
    await remove(db, 'emergency_codes', sql`expires_at < ${now - 46 * DAY_MS}`, limit),
    await remove(db, 'code_proposals', sql`expires_at < ${now - 30 * DAY_MS}`, limit),
    await remove(db, 'emergency_requests', sql`expires_at < ${now - 90 * DAY_MS}`, limit),
    await remove(db, 'session_proofs', sql`created_at < ${now - 46 * DAY_MS}`, limit),
    await remove(db, 'outbox', sql`state <> 'queued' and created_at < ${now - 30 * DAY_MS}`, limit),
    await expireMessages(db, now, limit),
  ];
  return Math.max(...removed);
}

/** An open contest may give it back; for so long at most as what else was contested is kept (`freeze`). */
const isAwaited = (now: number) => sql`exists (
  select from notices where notices.account_id = contact_points.account_id and contested_at > ${now - 90 * DAY_MS}
    and settled_at is null and contact_points.id = any(notices.removed))`;

async function remove(db: Database, table: string, which: ReturnType<typeof sql>, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from ${sql.table(table)} where ctid = any(array(
      select ctid from ${sql.table(table)} where ${which} limit ${limit} for update skip locked
    ))`.execute(db);
  return Number(numAffectedRows);
}

/** What was not sent in time is not sent any more: its text goes at once. */
async function expireMessages(db: Database, now: number, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update outbox set state = 'expired', sealed = null where ctid = any(array(
      select ctid from outbox where state = 'queued' and expires_at <= ${now} limit ${limit} for update skip locked
    ))`.execute(db);
  return Number(numAffectedRows);
}
