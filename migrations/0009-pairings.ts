import { type Kysely, sql } from 'kysely';

/** New phones by QR code (SPEC S8): at most one that is open, per account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table pairings (
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      -- SHA-256: of the uid of the session that shows the QR code, of the key in it, and of the secret of the phone's browser.
      session_hash bytea not null check (octet_length(session_hash) = 32),
      key_hash bytea not null unique check (octet_length(key_hash) = 32),
      browser_hash bytea unique check (octet_length(browser_hash) = 32),
      created_at bigint not null,
      -- Of the step that it is at.
      expires_at bigint not null,
      claimed_at bigint,
      ip text,
      user_agent text,
      -- HMAC of the code that the phone shows, under a key that is not here.
      code_hash bytea check (octet_length(code_hash) = 32),
      -- The one try there is, right or wrong.
      tried_at bigint,
      confirmed_at bigint,
      ended_at bigint,
      end_reason text check (end_reason in ('done', 'cancelled', 'declined', 'wrong-code', 'replaced', 'changed')),
      credential_id uuid,
      check ((ended_at is null) = (end_reason is null)),
      check ((claimed_at is null) = (browser_hash is null)),
      check ((claimed_at is null) = (code_hash is null)),
      check (confirmed_at is null or tried_at is not null),
      check (tried_at is null or claimed_at is not null),
      check ((end_reason is not distinct from 'done') = (credential_id is not null))
    );
    create unique index pairings_open on pairings (account_id) where ended_at is null;
    create index pairings_session on pairings (account_id, session_hash, created_at desc);
    create index pairings_expiry on pairings (expires_at);

    -- Both pages hear at once of each step, on whatever node they are open.
    create trigger pairings_told after insert or update on pairings for each row execute function regain_account_changed();
  `.execute(db);
}
