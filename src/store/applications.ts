import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Access, Applications, Crypto } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { JobSender } from './job-sender.ts';
import { recordContext } from './oidc-keys.ts';
import type { ApplicationAccessRow } from './schema.ts';
import { type Authorizations, deleteIssuedUnder, tellLogout } from './sessions.ts';
import { isStorable } from './text.ts';

/** How old the time of the last use may be before it is written anew. */
const STALE_MS = 5 * 60_000;

/** Applications with access. `remove` belongs into a transaction. */
export function applicationsOn(db: Database, crypto: Crypto, now: () => number, sender: JobSender): Applications {
  return {
    async of(accountId) {
      const rows = await db
        .selectFrom('application_access as a')
        .leftJoin('clients as c', 'c.id', 'a.client_id')
        .selectAll('a')
        .select('c.name')
        .where('a.account_id', '=', accountId)
        .orderBy('a.last_used_at', 'desc')
        .orderBy('a.client_id')
        .execute();
      return rows.map((row) => ({ clientId: row.client_id, name: row.name ?? row.client_id, ...accessFrom(row) }));
    },
    async remembered(accountId, clientId) {
      const row = await db
        .selectFrom('application_access')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return row && accessFrom(row);
    },
    async remember(accountId, clientId, { scopes, claims, consented }, at) {
      const { rows } = await sql<{ since: number }>`
        insert into application_access as a (account_id, client_id, scopes, claims, consented, since, last_used_at)
        values (${accountId}, ${clientId}, ${[...scopes]}, ${[...claims]}, ${consented}, ${at}, ${at})
        on conflict (account_id, client_id) do update set
          scopes = ${withThoseBefore('scopes')}, claims = ${withThoseBefore('claims')}, consented = excluded.consented,
          last_used_at = greatest(a.last_used_at, excluded.last_used_at)
        returning since`.execute(db);
      return rows[0]?.since ?? at;
    },
    async touch(accountId, clientId, at) {
      await db
        .updateTable('application_access')
        .set({ last_used_at: at })
        .where('account_id', '=', accountId)
        .where('client_id', '=', clientId)
        .where('last_used_at', '<', at - STALE_MS)
        .execute();
    },
    async remove(accountId, clientId) {
      if (!isStorable(clientId)) return false;
      // Requests that are writing records of this account wait here, and then find their grant ended.
      await db.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
      const { numDeletedRows } = await db
        .deleteFrom('application_access')
        .where('account_id', '=', accountId)
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      // Open sign-ins stay: they are the person's, and come to a consent page.
      const issued = await db
        .deleteFrom('oidc_records')
        .where('account_id', '=', accountId)
        .where('client_id', '=', clientId)
        .where('model', '<>', 'Interaction')
        .returning(['model', 'id', 'grant_id', 'payload'])
        .execute();
      const grants = issued.flatMap(({ grant_id }) => grant_id ?? []);
      await deleteIssuedUnder(db, grants, []);
      await rememberEnded(db, grants, now());

      const sids = [...issued.map((row) => sidOf(row, crypto)), ...(await letGo(db, crypto, accountId, clientId))];
      const told = new Set(sids.filter((sid) => sid !== undefined));
      await tellLogout(
        db,
        sender,
        [...told].map((sid) => ({ clientId, accountId, sid })),
      );
      return numDeletedRows > 0n || issued.length > 0;
    },
  };
}

interface SealedRow {
  readonly model: string;
  readonly id: Buffer;
  readonly payload: Buffer;
}

/** The session that an application knows, as tokens carry it for applications that asked for it. */
function sidOf({ model, id, payload }: SealedRow, crypto: Crypto): string | undefined {
  const token: { readonly sid?: string } = JSON.parse(crypto.open(payload, recordContext(model, id)));
  return token.sid;
}

/**
 * Takes the application out of the account's sessions, so that a sign-in to it later on is a new one; returns what the application knew
 * them by. A request that is under way may write its session back as it was: what stands in it then is of a grant that is ended.
 */
async function letGo(
  db: Database,
  crypto: Crypto,
  accountId: string,
  clientId: string,
): Promise<(string | undefined)[]> {
  const rows = await db
    .selectFrom('oidc_records')
    .select(['model', 'id', 'payload'])
    .where('account_id', '=', accountId)
    .where('model', '=', 'Session')
    .execute();
  const sids: (string | undefined)[] = [];
  for (const { model, id, payload } of rows) {
    const context = recordContext(model, id);
    const session: Authorizations = JSON.parse(crypto.open(payload, context));
    const { [clientId]: own, ...others } = session.authorizations ?? {};
    if (!own) continue;
    sids.push(own.sid);
    const sealed = crypto.seal(JSON.stringify({ ...session, authorizations: others }), context);
    await db
      .updateTable('oidc_records')
      .set({ payload: sealed })
      .where('model', '=', model)
      .where('id', '=', id)
      .execute();
  }
  return sids;
}

async function rememberEnded(db: Database, grants: readonly Buffer[], at: number): Promise<void> {
  if (grants.length === 0) return;
  const distinct = [...new Set(grants.map((grant) => grant.toString('hex')))];
  await db
    .insertInto('ended_grants')
    .values(distinct.map((hex) => ({ grant_id: Buffer.from(hex, 'hex'), ended_at: at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What was granted before and now; where the kind has changed, only what was granted now. */
function withThoseBefore(column: 'scopes' | 'claims'): RawBuilder<string[]> {
  const [before, added] = [sql.ref(`a.${column}`), sql.ref(`excluded.${column}`)];
  return sql<string[]>`case when a.consented = excluded.consented
    then array(select distinct unnest(${before} || ${added}) order by 1) else ${added} end`;
}

function accessFrom(row: Selectable<ApplicationAccessRow>): Access {
  return {
    scopes: row.scopes,
    claims: row.claims,
    consented: row.consented,
    since: row.since,
    lastUsedAt: row.last_used_at,
  };
}
