import { type Selectable, sql } from 'kysely';
import type { EmergencyRequest, EmergencyRequests } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { EmergencyRequestRow } from './schema.ts';
import { isUuid, LONGEST_IP, LONGEST_USER_AGENT, plainText } from './text.ts';

/** Requests for an emergency code. */
export function emergencyRequestsOn(db: Database): EmergencyRequests {
  const about = () =>
    db
      .selectFrom('emergency_requests')
      .innerJoin('accounts', 'accounts.id', 'emergency_requests.account_id')
      .selectAll('emergency_requests')
      .select(['accounts.username', 'accounts.id as about']);
  const open = (at: number) =>
    db.updateTable('emergency_requests').where('state', '=', 'open').where('expires_at', '>', at);
  return {
    async add(request) {
      await db
        .insertInto('emergency_requests')
        .values({
          id: request.id,
          account_id: request.accountId,
          organization_id: request.organizationId,
          token_hash: request.tokenHash,
          stop_hash: request.stopHash,
          reason: request.reason,
          reach: request.reach,
          ip: plainText(request.ip, LONGEST_IP),
          user_agent: plainText(request.userAgent, LONGEST_USER_AGENT),
          known_browser: request.knownBrowser,
          created_at: request.createdAt,
          expires_at: request.expiresAt,
          state: 'open',
          claimed_by: null,
          claimed_by_name: null,
          answer: null,
          decided_at: null,
        })
        .execute();
    },
    async byToken(tokenHash) {
      const query = db.selectFrom('emergency_requests').selectAll().where('token_hash', '=', tokenHash);
      const row = await query.executeTakeFirst();
      return row && requestFrom(row);
    },
    async byStop(stopHash) {
      const query = db.selectFrom('emergency_requests').selectAll().where('stop_hash', '=', stopHash);
      const row = await query.executeTakeFirst();
      return row && requestFrom(row);
    },
    async find(id) {
      if (!isUuid(id)) return undefined;
      const row = await about().where('emergency_requests.id', '=', id).executeTakeFirst();
      return row && { ...requestFrom(row), accountId: row.about, username: row.username };
    },
    async queue(scope, at, limit, after) {
      let query = about().where('state', '=', 'open').where('expires_at', '>', at);
      if (scope !== null) query = query.where('accounts.organization_id', '=', sql<string>`any(${[...scope]}::text[])`);
      if (after !== undefined && isUuid(after))
        query = query.where(
          sql<boolean>`(emergency_requests.created_at, emergency_requests.id) > (select created_at, id from emergency_requests where id = ${after})`,
        );
      const rows = await query
        .orderBy('emergency_requests.created_at')
        .orderBy('emergency_requests.id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...requestFrom(row), accountId: row.about, username: row.username }));
    },
    async countSince(accountId, since, known) {
      let query = db
        .selectFrom('emergency_requests')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('account_id', '=', accountId)
        .where('created_at', '>=', since);
      if (known !== undefined) query = query.where('known_browser', '=', known);
      return Number((await query.executeTakeFirstOrThrow()).count);
    },
    async claim(id, by, inPlaceOf, at) {
      const claimed = { claimed_by: by?.id ?? null, claimed_by_name: by?.username ?? null };
      const query = open(at).set(claimed).where('id', '=', id);
      const { numUpdatedRows } = await query.where('claimed_by', 'is not distinct from', inPlaceOf).executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async decide(id, state, at, answer) {
      const decided = { state, decided_at: at, answer: answer ?? null };
      const { numUpdatedRows } = await open(at).set(decided).where('id', '=', id).executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async decideAll(accountId, state, at) {
      const { numUpdatedRows } = await open(at)
        .set({ state, decided_at: at })
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    async age(at, limit) {
      const { rows } = await sql<{ id: string; account_id: string | null; organization_id: string }>`
        update emergency_requests set state = 'aged', decided_at = ${at} where id = any(array(
          select id from emergency_requests where state = 'open' and expires_at <= ${at} limit ${limit} for update skip locked
        )) returning id, account_id, organization_id`.execute(db);
      return rows.map((row) => ({ id: row.id, accountId: row.account_id, organizationId: row.organization_id }));
    },
  };
}

function requestFrom(row: Selectable<EmergencyRequestRow>): EmergencyRequest {
  return {
    id: row.id,
    accountId: row.account_id,
    organizationId: row.organization_id,
    reason: row.reason,
    reach: row.reach,
    ip: row.ip,
    userAgent: row.user_agent,
    knownBrowser: row.known_browser,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    state: row.state,
    claimedBy: row.claimed_by,
    claimedByName: row.claimed_by_name,
    answer: row.answer,
  };
}
