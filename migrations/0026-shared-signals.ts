import { type Kysely, sql } from 'kysely';

/** Shared Signals: the streams of applications, what waits to be told on them, and of whom an application does not want to hear. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table signal_streams (
      id uuid primary key,
      client_id text not null unique references clients on delete cascade,
      method text not null check (method in ('push', 'poll')),
      endpoint_url text check (method = 'poll' or endpoint_url is not null),
      -- What the receiver wants to see in the Authorization header, sealed.
      authorization_header bytea,
      events text[] not null,
      description text,
      status text not null default 'enabled' check (status in ('enabled', 'paused', 'disabled')),
      reason text,
      last_error text,
      busy_until bigint not null default 0,
      verified_at bigint not null default 0,
      created_at bigint not null
    );
    -- account_id has no foreign key: that an account is gone is told after it is gone. Null: about the stream itself.
    create table signals (
      seq bigserial primary key,
      id uuid not null unique,
      stream_id uuid not null references signal_streams on delete cascade,
      account_id uuid,
      event text not null,
      claims jsonb not null check (jsonb_typeof(claims) = 'object'),
      created_at bigint not null
    );
    create index signals_stream on signals (stream_id, seq);
    create index signals_age on signals (created_at);
    create table signal_mutes (
      stream_id uuid not null references signal_streams on delete cascade,
      account_id uuid not null,
      primary key (stream_id, account_id)
    );
  `.execute(db);
}
