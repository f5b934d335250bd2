import { type Kysely, sql } from 'kysely';

/** What the OpenID provider keeps. Every id in these tables is a SHA-256, every payload is sealed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- client_id has no foreign key on purpose: every code and token would lock the one row of a busy client.
    create table oidc_records (
      model text not null check (model in ('Session', 'AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode',
        'ClientCredentials', 'InitialAccessToken', 'RegistrationAccessToken', 'Interaction', 'ReplayDetection',
        'PushedAuthorizationRequest', 'Grant', 'BackchannelAuthenticationRequest', 'PreAuthorizedCode')),
      id bytea not null check (octet_length(id) = 32),
      payload bytea not null,
      account_id uuid references accounts on delete cascade,
      client_id text,
      grant_id bytea check (octet_length(grant_id) = 32),
      -- The session's uid: of a session its own, of all else the session it was issued in.
      session_uid bytea check (octet_length(session_uid) = 32),
      user_code bytea check (octet_length(user_code) = 32),
      consumed_at bigint,
      expires_at bigint,
      primary key (model, id)
    );
    create index oidc_records_account on oidc_records (account_id) where account_id is not null;
    create index oidc_records_grant on oidc_records (grant_id) where grant_id is not null;
    create index oidc_records_session on oidc_records (session_uid) where session_uid is not null;
    create unique index oidc_records_user_code on oidc_records (user_code) where user_code is not null;
    create index oidc_records_expiry on oidc_records (expires_at) where expires_at is not null;

    -- Sessions that were ended from outside: a request that was under way may not write them, or anything of theirs, again.
    create table ended_sessions (
      session_uid bytea primary key check (octet_length(session_uid) = 32),
      ended_at bigint not null
    );
    create index ended_sessions_age on ended_sessions (ended_at);

    -- Writes a record unless its session has been ended. The lock waits for a transaction that is ending the account's
    -- sessions, and the check after it sees what that one did.
    create function put_oidc_record(
      p_model text, p_id bytea, p_payload bytea, p_account_id uuid, p_client_id text, p_grant_id bytea,
      p_session_uid bytea, p_user_code bytea, p_expires_at bigint
    ) returns boolean language plpgsql as $$
    begin
      if p_account_id is not null then
        perform from accounts where id = p_account_id for key share;
        if not found then return false; end if;
      end if;
      if p_session_uid is not null then
        perform from ended_sessions where session_uid = p_session_uid;
        if found then return false; end if;
      end if;
      insert into oidc_records as r
        (model, id, payload, account_id, client_id, grant_id, session_uid, user_code, expires_at)
      values (p_model, p_id, p_payload, p_account_id, p_client_id, p_grant_id, p_session_uid, p_user_code, p_expires_at)
      on conflict (model, id) do update set
        payload = excluded.payload, account_id = excluded.account_id, client_id = excluded.client_id,
        grant_id = excluded.grant_id, session_uid = excluded.session_uid, user_code = excluded.user_code,
        expires_at = excluded.expires_at;
      return true;
    end $$;

    -- The proofs on which a sign-in stands: by journey, then by the session that came of it (SHA-256 of its uid).
    create table session_proofs (
      journey_id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      session_uid bytea check (octet_length(session_uid) = 32),
      proofs jsonb not null check (jsonb_typeof(proofs) = 'array'),
      created_at bigint not null
    );
    create index session_proofs_session on session_proofs (session_uid) where session_uid is not null;
    create index session_proofs_account on session_proofs (account_id);
    create index session_proofs_age on session_proofs (created_at);

    create table signing_keys (
      kid text primary key,
      alg text not null check (alg in ('ES256', 'RS256')),
      -- The private key as JWK, sealed.
      sealed bytea not null,
      created_at bigint not null,
      active_from bigint not null,
      retired_at bigint,
      check (retired_at is null or retired_at >= active_from)
    );
    create trigger signing_keys_changed after insert or update or delete on signing_keys
      for each statement execute function regain_changed('keys');
  `.execute(db);
}
