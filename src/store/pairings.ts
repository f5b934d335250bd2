import type { Selectable } from 'kysely';
import type { Pairing, Pairings } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { PairingRow } from './schema.ts';
import { LONGEST_IP, LONGEST_USER_AGENT, plainText } from './text.ts';

/** New phones by QR code: one row each, whose key, browser and session are known here by their hashes only (ATTACKS A29). */
export function pairingsOn(db: Database): Pairings {
  const newest = db.selectFrom('pairings').selectAll().orderBy('created_at', 'desc').limit(1);
  const open = (id: string, now: number) =>
    db.updateTable('pairings').where('id', '=', id).where('ended_at', 'is', null).where('expires_at', '>', now);

  return {
    async begin({ id, accountId, sessionHash, keyHash, createdAt, expiresAt }) {
      await db
        .insertInto('pairings')
        .values({
          id,
          account_id: accountId,
          session_hash: sessionHash,
          key_hash: keyHash,
          created_at: createdAt,
          expires_at: expiresAt,
        })
        .execute();
    },
    async byKey(keyHash) {
      const row = await newest.where('key_hash', '=', keyHash).executeTakeFirst();
      return row && pairingFrom(row);
    },
    async byBrowser(browserHash) {
      const row = await newest.where('browser_hash', '=', browserHash).executeTakeFirst();
      return row && pairingFrom(row);
    },
    async bySession(accountId, sessionHash) {
      const row = await newest
        .where('account_id', '=', accountId)
        .where('session_hash', '=', sessionHash)
        .executeTakeFirst();
      return row && pairingFrom(row);
    },
    async claim(id, { browserHash, ip, userAgent, codeHash, expiresAt }, now) {
      const { numUpdatedRows } = await open(id, now)
        .set({
          browser_hash: browserHash,
          ip: plainText(ip, LONGEST_IP),
          user_agent: plainText(userAgent, LONGEST_USER_AGENT),
          code_hash: codeHash,
          claimed_at: now,
          expires_at: expiresAt,
        })
        .where('claimed_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async takeTry(id, now) {
      const { numUpdatedRows } = await open(id, now)
        .set({ tried_at: now })
        .where('claimed_at', 'is not', null)
        .where('tried_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async confirm(id, expiresAt, now) {
      const { numUpdatedRows } = await open(id, now)
        .set({ confirmed_at: now, expires_at: expiresAt })
        .where('tried_at', 'is not', null)
        .where('confirmed_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async finish(id, credentialId, now) {
      const { numUpdatedRows } = await db
        .updateTable('pairings')
        .set({ ended_at: now, end_reason: 'done', credential_id: credentialId })
        .where('id', '=', id)
        .where('confirmed_at', 'is not', null)
        .where((eb) => eb.or([eb('end_reason', 'is', null), eb('end_reason', '=', 'changed')]))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async end(id, why, now) {
      const { numUpdatedRows } = await db
        .updateTable('pairings')
        .set({ ended_at: now, end_reason: why })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async endOpen(accountId, why, now) {
      await db
        .updateTable('pairings')
        .set({ ended_at: now, end_reason: why })
        .where('account_id', '=', accountId)
        .where('ended_at', 'is', null)
        .execute();
    },
  };
}

function pairingFrom(row: Selectable<PairingRow>): Pairing {
  return {
    id: row.id,
    accountId: row.account_id,
    sessionHash: row.session_hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    claimedAt: row.claimed_at,
    claimedFrom: row.claimed_at === null ? null : { ip: row.ip ?? '', userAgent: row.user_agent ?? '' },
    codeHash: row.code_hash,
    triedAt: row.tried_at,
    confirmedAt: row.confirmed_at,
    end: row.end_reason,
    endedAt: row.ended_at,
    credentialId: row.credential_id,
  };
}
