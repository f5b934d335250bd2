import { sql } from 'kysely';
import type { Crypto, Sessions } from '../flows/ports.ts';
import type { LogoutNotice } from '../flows/ports-jobs.ts';
import type { Database } from './database.ts';
import type { JobSender } from './job-sender.ts';
import { recordContext } from './oidc-keys.ts';
import { isUuid, sha256 } from './text.ts';

/** What stands in the payload of a Session: one entry per application that was signed in to. */
interface Authorizations {
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string; readonly grantId?: string }>>;
}

/** The provider's sessions, as far as flows know them. `end` and `endAll` belong into a transaction. */
export function sessionsOn(db: Database, crypto: Crypto, now: () => number, sender: JobSender): Sessions {
  /** Ends what `by` finds, with all that was issued under it; how many sessions these were. */
  const endBy = async (by: 'account_id' | 'session_uid', value: string | Buffer, accountId: string) => {
    // Requests that are writing records of this account wait here, and then find their session ended.
    await db.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    const gone = await db
      .deleteFrom('oidc_records')
      .where(by, '=', value)
      .returning(['model', 'id', 'grant_id', 'session_uid'])
      .returning(sql<Buffer | null>`case when model = 'Session' then payload end`.as('session'))
      .execute();
    const sessions = gone.flatMap(({ model, id, session }): Authorizations[] =>
      session === null ? [] : [JSON.parse(crypto.open(session, recordContext(model, id)))],
    );
    const entries = sessions.flatMap(({ authorizations = {} }) => Object.entries(authorizations));
    const grants = gone.flatMap(({ grant_id }) => grant_id ?? []);
    const uids = [
      ...(Buffer.isBuffer(value) ? [value] : []),
      ...gone.flatMap(({ model, session_uid }) => (model === 'Session' && session_uid ? [session_uid] : [])),
    ];
    await deleteIssuedUnder(
      db,
      [...grants, ...entries.flatMap(([, { grantId }]) => (grantId ? [sha256(grantId)] : []))],
      uids,
    );
    await rememberEnded(db, uids, now());
    await db.deleteFrom('session_proofs').where(by, '=', value).execute();

    const notices = entries.flatMap(([clientId, { sid }]) => (sid ? [{ clientId, accountId, sid }] : []));
    await tellLogout(db, sender, notices);
    return sessions.length;
  };

  return {
    async proofsOf(sessionUid, accountId) {
      if (!isUuid(accountId)) return [];
      // A step-up records the session's proofs and its own: the last record is the whole.
      const row = await db
        .selectFrom('session_proofs')
        .select('proofs')
        .where('session_uid', '=', sha256(sessionUid))
        .where('account_id', '=', accountId)
        .orderBy('created_at', 'desc')
        .orderBy('journey_id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.proofs ?? [];
    },
    async recordProofs(journeyId, accountId, proofs) {
      const recorded = { proofs: JSON.stringify(proofs), created_at: now() };
      await db
        .insertInto('session_proofs')
        .values({ journey_id: journeyId, account_id: accountId, ...recorded })
        .onConflict((conflict) => conflict.column('journey_id').doUpdateSet(recorded))
        .execute();
    },
    async bind(journeyId, sessionUid) {
      const { numUpdatedRows } = await db
        .updateTable('session_proofs')
        .set({ session_uid: sha256(sessionUid) })
        .where('journey_id', '=', journeyId)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async end(sessionUid, accountId) {
      await endBy('session_uid', sha256(sessionUid), accountId);
    },
    endAll: async (accountId) => ({ sessions: await endBy('account_id', accountId, accountId) }),
  };
}

/** Whatever was issued under these grants or in these sessions, and was not marked with the account. */
async function deleteIssuedUnder(db: Database, grants: readonly Buffer[], uids: readonly Buffer[]): Promise<void> {
  if (grants.length + uids.length === 0) return;
  await sql`
    delete from oidc_records
    where grant_id = any(${[...grants]}::bytea[]) or session_uid = any(${[...uids]}::bytea[])`.execute(db);
}

async function rememberEnded(db: Database, uids: readonly Buffer[], at: number): Promise<void> {
  if (uids.length === 0) return;
  await db
    .insertInto('ended_sessions')
    .values(
      uids.map((uid) => ({
        session_uid: uid,
        ended_at: at,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** One job for each application that asked to be told (OpenID Connect Back-Channel Logout 1.0). */
async function tellLogout(db: Database, sender: JobSender, notices: readonly LogoutNotice[]): Promise<void> {
  if (notices.length === 0) return;
  const listening = await db
    .selectFrom('clients')
    .select('id')
    .where('id', 'in', [...new Set(notices.map(({ clientId }) => clientId))])
    .where(sql<boolean>`metadata ->> 'backchannel_logout_uri' is not null`)
    .execute();
  const ids = new Set(listening.map(({ id }) => id));
  for (const notice of notices) if (ids.has(notice.clientId)) await sender.tellLogout(db, notice);
}
