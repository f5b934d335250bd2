import { type Kysely, sql } from 'kysely';

/** Which applications a person has given access, apart from any session; and grants that were ended while requests were under way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- client_id has no foreign key on purpose: an application that an operator took away stays in its owner's list.
    create table application_access (
      account_id uuid not null references accounts on delete cascade,
      client_id text not null,
      scopes text[] not null,
      claims text[] not null,
      -- False: granted without a page, as to an application of the operator's own. Nothing that a person was asked.
      consented boolean not null,
      since bigint not null,
      last_used_at bigint not null,
      primary key (account_id, client_id)
    );

    -- Grants that were ended from outside: a request that was under way may not write them, or anything under them, again.
    create table ended_grants (
      grant_id bytea primary key check (octet_length(grant_id) = 32),
      ended_at bigint not null
    );
    create index ended_grants_age on ended_grants (ended_at);

    -- Writes a record unless its session or its grant has been ended. The lock waits for a transaction that is ending things of
    -- the account, and the checks after it see what that one did.
    create or replace function put_oidc_record(
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
      if p_grant_id is not null then
        perform from ended_grants where grant_id = p_grant_id;
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
  `.execute(db);
}
