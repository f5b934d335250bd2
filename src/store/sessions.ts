import { type RawBuilder, sql } from 'kysely';
import type { LogoutNotice } from '../flows/ports/jobs.ts';
import type { Crypto, Sessions } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { JobSender } from './job-sender.ts';
import { recordContext } from './oidc-keys.ts';
import { isUuid, LONGEST_IP, LONGEST_USER_AGENT, plainText, sha256 } from './text.ts';

/** What stands in the payload of a Session: one entry per application that was signed in to. */
export interface Authorizations {
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string; readonly grantId?: string }>>;
}

/** The provider's sessions, as far as flows know them. What ends some belongs into a transaction. */
export function sessionsOn(db: Database, crypto: Crypto, now: () => number, sender: JobSender): Sessions {
  /** Ends what `which` finds, with all that was issued under it; how many sessions these were. */
  const endWhere = async (accountId: string, which: RawBuilder<boolean>, named: readonly Buffer[] = []) => {
    // Requests that are writing records of this account wait here, and then find their session ended.
    await db.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    const gone = await db
      .deleteFrom('oidc_records')
      .where(which)
      .returning(['model', 'id', 'grant_id', 'session_uid'])
      .returning(sql<Buffer | null>`case when model = 'Session' then payload end`.as('session'))
      .execute();
    const sessions = gone.flatMap(({ model, id, session }): Authorizations[] =>
      session === null ? [] : [JSON.parse(crypto.open(session, recordContext(model, id)))],
    );
    const entries = sessions.flatMap(({ authorizations = {} }) => Object.entries(authorizations));
    const grants = gone.flatMap(({ grant_id }) => grant_id ?? []);
    const uids = [
      ...named,
      ...gone.flatMap(({ model, session_uid }) => (model === 'Session' && session_uid ? [session_uid] : [])),
    ];
    await deleteIssuedUnder(
      db,
      [...grants, ...entries.flatMap(([, { grantId }]) => (grantId ? [sha256(grantId)] : []))],
      uids,
    );
    await rememberEnded(db, uids, now());
    if (uids.length > 0) await db.deleteFrom('session_proofs').where('session_uid', 'in', uids).execute();

    const notices = entries.flatMap(([clientId, { sid }]) => (sid ? [{ clientId, accountId, sid }] : []));
    await tellLogout(db, sender, notices);
    return { sessions: sessions.length };
  };

  /** Sessions by the SHA-256 of their uids. */
  const endThese = async (accountId: string, uids: readonly Buffer[]) => {
    if (uids.length === 0) return { sessions: 0 };
    return endWhere(accountId, sql<boolean>`session_uid = any(${[...uids]}::bytea[])`, uids);
  };

  /**
   * The account's proofs that `which` finds: those of sign-ins that have not come to a session yet go, those of open sessions are named. In
   * this order: a sign-in that is bound to its session in between is found as that (`bind` does not wait for the account).
   */
  const withProofs = async (accountId: string, which: RawBuilder<boolean>) => {
    await db.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    await db
      .deleteFrom('session_proofs')
      .where('account_id', '=', accountId)
      .where('session_uid', 'is', null)
      .where(which)
      .execute();
    const rows = await db
      .selectFrom('session_proofs')
      .select('session_uid')
      .where('account_id', '=', accountId)
      .where(which)
      .execute();
    return rows.flatMap(({ session_uid }) => session_uid ?? []);
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
    async recordProofs(journeyId, accountId, proofs, from) {
      const recorded = {
        proofs: JSON.stringify(proofs),
        created_at: now(),
        device_hash: from.deviceHash,
        ip: plainText(from.ip, LONGEST_IP),
        user_agent: plainText(from.userAgent, LONGEST_USER_AGENT),
      };
      await db
        .insertInto('session_proofs')
        .values({ journey_id: journeyId, account_id: accountId, ...recorded })
        .onConflict((conflict) => conflict.column('journey_id').doUpdateSet(recorded))
        .execute();
    },
    async forget(sessionUid) {
      await db.deleteFrom('session_proofs').where('session_uid', '=', sha256(sessionUid)).execute();
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
      await endThese(accountId, [sha256(sessionUid)]);
    },
    async endAll(accountId) {
      const ended = await endWhere(accountId, sql<boolean>`account_id = ${accountId}`);
      await db.deleteFrom('session_proofs').where('account_id', '=', accountId).execute();
      return ended;
    },
    async endOthers(accountId, exceptUid) {
      const own = sha256(exceptUid);
      await withProofs(accountId, sql<boolean>`session_uid is null`);
      // By their sessions: a grant names none, and that of the kept session stays.
      const others = await db
        .selectFrom('oidc_records')
        .select('session_uid')
        .distinct()
        .where('account_id', '=', accountId)
        .where('session_uid', 'is not', null)
        .where('session_uid', '<>', own)
        .execute();
      return endThese(
        accountId,
        others.flatMap(({ session_uid }) => session_uid ?? []),
      );
    },
    async endStandingOn(accountId, ids) {
      if (ids.length === 0) return { sessions: 0 };
      const used = sql<boolean>`exists (select from jsonb_array_elements(proofs) p where p ->> 'by' = any(${[...ids]}))`;
      return endThese(accountId, await withProofs(accountId, used));
    },
    async endInBrowser(accountId, deviceHash) {
      return endThese(accountId, await withProofs(accountId, sql<boolean>`device_hash = ${deviceHash}`));
    },
    async endByHash(accountId, uidHash) {
      return endThese(accountId, await withProofs(accountId, sql<boolean>`session_uid = ${uidHash}`));
    },
    tell: (notice) => tellLogout(db, sender, [notice]),
    async live(accountId) {
      const rows = await db
        .selectFrom('session_proofs as p')
        .innerJoin('oidc_records as r', (join) =>
          join.onRef('r.session_uid', '=', 'p.session_uid').on('r.model', '=', 'Session'),
        )
        .distinctOn('p.session_uid')
        .select(['p.session_uid', 'p.device_hash', 'p.ip', 'p.user_agent', 'p.created_at', 'p.proofs'])
        .where('p.account_id', '=', accountId)
        .where('r.account_id', '=', accountId)
        .where((eb) => eb.or([eb('r.expires_at', 'is', null), eb('r.expires_at', '>', now())]))
        .orderBy('p.session_uid')
        .orderBy('p.created_at', 'desc')
        .execute();
      return rows
        .map((row) => ({
          uidHash: row.session_uid ?? Buffer.alloc(0),
          deviceHash: row.device_hash,
          ip: row.ip,
          userAgent: row.user_agent,
          at: row.created_at,
          proofs: row.proofs,
        }))
        .toSorted((a, b) => b.at - a.at);
    },
  };
}

/** Whatever was issued under these grants or in these sessions, and was not marked with the account. */
export async function deleteIssuedUnder(
  db: Database,
  grants: readonly Buffer[],
  uids: readonly Buffer[],
): Promise<void> {
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
export async function tellLogout(db: Database, sender: JobSender, notices: readonly LogoutNotice[]): Promise<void> {
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
