import { type Selectable, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { parseEmail, usernameKey } from '../domain/email-address.ts';
import type { Accounts } from '../flows/ports.ts';
import { accountFrom } from './account-rows.ts';
import type { Database } from './database.ts';
import type { AccountRow } from './schema.ts';
import { isStorable, isUuid } from './text.ts';
import { usernamesOn } from './usernames.ts';

/** Accounts with everything a decision needs, in one round trip by primary key or unique index. */
export function accountsOn(db: Database, policyFor: Accounts['policyFor']): Accounts {
  const load = async (accountId: string) => {
    if (!isUuid(accountId)) return undefined;
    const row = await accountQuery(db).where('accounts.id', '=', accountId).executeTakeFirst();
    return row && accountFrom(row);
  };
  return {
    ...usernamesOn(db),
    load,
    policyFor,
    async loadAsContested(accountId, noticeIds) {
      const ids = noticeIds.filter(isUuid);
      if (!isUuid(accountId)) return undefined;
      const row = await accountQuery(db, ids).where('accounts.id', '=', accountId).executeTakeFirst();
      return row && accountFrom({ ...row, frozen_at: row.frozen_at ?? 0 });
    },
    async findByIdentifier(identifier) {
      if (!isStorable(identifier)) return undefined;
      const byName = db
        .selectFrom('accounts as named')
        .select('named.id')
        .where('named.username_key', '=', usernameKey(identifier));
      const byEmail = db
        .selectFrom('contact_points')
        .select('account_id as id')
        .where('kind', '=', 'email')
        .where('key', '=', parseEmail(identifier)?.key ?? '');
      const byFormerName = db
        .selectFrom('former_usernames')
        .select('account_id as id')
        .where('key', '=', usernameKey(identifier));
      // They are one account's: see the trigger identifier_is_free.
      const found = byName.unionAll(byEmail).unionAll(byFormerName).limit(1);
      const row = await accountQuery(db).where('accounts.id', '=', found).executeTakeFirst();
      return row && accountFrom(row);
    },
    async findByPasskey(webauthnId) {
      if (!isStorable(webauthnId)) return undefined;
      const holder = db
        .selectFrom('credentials as held')
        .select('held.account_id')
        .where('held.passkey_id', '=', webauthnId)
        .where('held.state', '<>', 'removed');
      const row = await accountQuery(db).where('accounts.id', '=', holder).executeTakeFirst();
      return row && accountFrom(row);
    },
    async loadForUpdate(accountId) {
      if (!isUuid(accountId)) return undefined;
      // First the lock, then the read: what the read sees is what the last holder of the lock left. No stronger lock than this one: who
      // holds a credential or journey and adds something to the account (its foreign key) must not wait for who waits for that.
      await db.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
      return load(accountId);
    },
    async update(accountId, changes) {
      const set: Partial<Selectable<AccountRow>> = {
        ...(changes.boundToSecondFactor === undefined ? {} : { bound_to_second_factor: true }),
        ...(changes.recoveredAt === undefined ? {} : { recovered_at: changes.recoveredAt }),
        ...(changes.lastMethod === undefined ? {} : { last_method: changes.lastMethod }),
        ...(changes.suspendedAt === undefined ? {} : { suspended_at: changes.suspendedAt }),
        ...(changes.locale === undefined ? {} : { locale: changes.locale }),
        ...(changes.frozenAt === undefined ? {} : { frozen_at: changes.frozenAt }),
        ...(changes.closesAt === undefined ? {} : { closes_at: changes.closesAt }),
        ...(changes.restoreForbidden === undefined ? {} : { restore_forbidden: changes.restoreForbidden }),
        ...(changes.signInsAsked === undefined ? {} : { sign_ins_asked: changes.signInsAsked }),
        ...(changes.onboardingAfter === undefined ? {} : { onboarding_after: changes.onboardingAfter }),
        ...(changes.givenName === undefined ? {} : { given_name: changes.givenName }),
        ...(changes.familyName === undefined ? {} : { family_name: changes.familyName }),
      };
      if (Object.keys(set).length > 0) await db.updateTable('accounts').set(set).where('id', '=', accountId).execute();
      const asleepSince = changes.recoveredAt ?? changes.rolesAsleepSince;
      if (asleepSince !== undefined) await putRolesToSleep(db, accountId, asleepSince);
    },
    async erase(accountId) {
      await db.deleteFrom('accounts').where('id', '=', accountId).execute();
    },
    async toClose(now, limit) {
      const rows = await db
        .selectFrom('accounts')
        .select('id')
        .where('closes_at', '<=', now)
        .where('suspended_at', 'is', null)
        .where('frozen_at', 'is', null)
        .orderBy('closes_at')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    async verifyContact(contactId, at) {
      // Only the account's very first verified contact counts at once; others wait until their own `counts_from`.
      await sql`
        update contact_points c set
          verified_at = coalesce(c.verified_at, ${at}),
          counts_from = case when exists (
            select from contact_points o where o.account_id = c.account_id and o.id <> c.id and o.verified_at is not null
          ) then c.counts_from else least(c.counts_from, ${at}) end
        where c.id = ${contactId}`.execute(db);
    },
  };
}

/** Whoever recovers an account may be somebody else: its roles let nothing until another admin confirms them (ATTACKS A24). */
async function putRolesToSleep(db: Database, accountId: string, at: number): Promise<void> {
  await db
    .updateTable('roles')
    .set({ asleep_since: at })
    .where('account_id', '=', accountId)
    .where('asleep_since', 'is', null)
    .execute();
}

/** `asContested`: ids of notices that are taken as contested, hence the account as frozen. */
function accountQuery(db: Database, asContested: readonly string[] = []) {
  const frozen = asContested.length > 0 ? sql<boolean>`true` : sql<boolean>`accounts.frozen_at is not null`;
  const contested = sql<boolean>`(notices.contested_at is not null or notices.id = any(${[...asContested]}::uuid[]))`;
  return db
    .selectFrom('accounts')
    .innerJoin('organizations', 'organizations.id', 'accounts.organization_id')
    .innerJoin('policies', (join) =>
      join
        .onRef('policies.organization_id', '=', 'organizations.id')
        .onRef('policies.version', '=', 'organizations.policy_version'),
    )
    .selectAll('accounts')
    .select((eb) => [
      'policies.version as policy_version',
      'policies.document as policy',
      jsonArrayFrom(
        eb
          .selectFrom('credentials')
          .select(['id', 'kind', 'state', 'label', 'created_at', 'last_used_at', 'unsettled_until', 'failures'])
          .select(['lost_at', 'removed_from', 'added_ip', 'added_user_agent'])
          .select(['password_hash', 'totp_last_step', 'passkey_id', 'passkey_sign_count', 'passkey_transports'])
          .select(['passkey_synced'])
          .select(sql<string | null>`encode(totp_secret, 'base64')`.as('totp_secret'))
          .select(sql<string | null>`encode(passkey_public_key, 'base64')`.as('passkey_public_key'))
          .whereRef('credentials.account_id', '=', 'accounts.id')
          // While it is frozen, what was removed may be what the way back is walked with.
          .where(sql<boolean>`(credentials.state <> 'removed' or ${frozen})`)
          .orderBy('credentials.created_at')
          .orderBy('credentials.id'),
      ).as('credentials'),
      jsonArrayFrom(
        eb
          .selectFrom('contact_points')
          .select(['id', 'kind', 'value', 'verified_at', 'is_primary', 'counts_from', 'veto_until', 'silent', 'off_at'])
          .whereRef('contact_points.account_id', '=', 'accounts.id')
          .orderBy('contact_points.is_primary', 'desc')
          .orderBy('contact_points.created_at')
          .orderBy('contact_points.id'),
      ).as('contacts'),
      jsonArrayFrom(
        eb
          .selectFrom('restore_codes')
          .select(['id', 'issued_by', 'created_at', 'unsettled_until'])
          .select(sql<string>`encode(hash, 'base64')`.as('hash'))
          .select(sql<string | null>`encode(sealed, 'base64')`.as('sealed'))
          .whereRef('restore_codes.account_id', '=', 'accounts.id')
          .where('confirmed_at', 'is not', null),
      ).as('restore_codes'),
      jsonArrayFrom(
        eb
          .selectFrom('roles')
          .select(['role', 'organization_id', 'asleep_since'])
          .whereRef('roles.account_id', '=', 'accounts.id')
          .orderBy('role')
          .orderBy('organization_id'),
      ).as('roles'),
      jsonArrayFrom(
        eb
          .selectFrom('emergency_codes')
          .select(['id', 'uses', 'uses_left', 'valid_from', 'expires_at', 'clients', 'highest_acr', 'issued_by'])
          .select('created_at')
          .select(sql<string>`encode(code_hash, 'base64')`.as('code_hash'))
          .whereRef('emergency_codes.account_id', '=', 'accounts.id')
          .where('revoked_at', 'is', null),
      ).as('emergency_codes'),
      jsonArrayFrom(
        eb
          .selectFrom('notices')
          .select(['kind', 'at', 'used', 'added', 'removed', contested.as('contested')])
          .whereRef('notices.account_id', '=', 'accounts.id')
          .where(frozen)
          .where('notices.settled_at', 'is', null)
          // Others matter by what they added or took away.
          .where(sql<boolean>`(${contested} or cardinality(notices.added) + cardinality(notices.removed) > 0)`)
          .orderBy('notices.at'),
      ).as('acts'),
    ]);
}
