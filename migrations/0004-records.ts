import { type Kysely, sql } from 'kysely';

/** The audit log and the outbox. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- Append-only and chained: hash = SHA-256(prev_hash || the row in canonical form). account_id and organization_id have no
    -- foreign key on purpose: the log outlives what it tells of. Names of acts are checked by the code that writes them.
    create table audit_log (
      seq bigint primary key check (seq > 0),
      at bigint not null,
      kind text not null,
      account_id uuid,
      organization_id text,
      actor text not null check (actor in ('user', 'cli', 'system')),
      ip text,
      user_agent text,
      details jsonb not null check (jsonb_typeof(details) = 'object'),
      prev_hash bytea not null check (octet_length(prev_hash) = 32),
      hash bytea not null check (octet_length(hash) = 32)
    );
    create index audit_log_account on audit_log (account_id, seq) where account_id is not null;
    create index audit_log_time on audit_log (at, seq);

    -- How long the log is and how it ends, sealed with the master key: who has only the database can neither cut the end off
    -- nor write the chain anew. Locked by each writer, so the chain has one order.
    create table audit_head (
      one boolean primary key default true check (one),
      count bigint not null,
      hash bytea not null check (octet_length(hash) = 32),
      sealed bytea
    ) with (fillfactor = 50);
    insert into audit_head (count, hash, sealed) values (0, decode(repeat('00', 32), 'hex'), null);

    create table outbox (
      id uuid primary key,
      channel text not null check (channel in ('email', 'sms')),
      -- Null: a decoy.
      account_id uuid references accounts on delete cascade,
      -- The message; gone once it was sent, has failed for good or has expired.
      sealed bytea,
      state text not null default 'queued' check (state in ('queued', 'sent', 'failed', 'expired')),
      tries integer not null default 0,
      last_error text,
      created_at bigint not null,
      expires_at bigint not null,
      sent_at bigint,
      check (state = 'queued' or sealed is null)
    );
    create index outbox_account on outbox (account_id) where account_id is not null;
    create index outbox_open on outbox (expires_at) where state = 'queued';
    create index outbox_age on outbox (created_at) where state <> 'queued';
  `.execute(db);
}
