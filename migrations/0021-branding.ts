import { type Kysely, sql } from 'kysely';

/** What an organization shows of itself on pages and in messages, and where its people find help. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- What the first migration left to be checked at the end; a table with such work is not altered.
    set constraints all immediate;

    alter table organizations
      -- Counts up with every change of what follows, not with policies.
      add column version integer not null default 1,
      add column support_email text check (char_length(support_email) between 3 and 254),
      add column support_phone text check (support_phone ~ '^\\+[0-9]{5,15}$'),
      add column accent_light text check (accent_light ~ '^#[0-9a-f]{6}$'),
      add column accent_dark text check (accent_dark ~ '^#[0-9a-f]{6}$'),
      add column sender_name text check (char_length(sender_name) between 1 and 100),
      add column sender_address text check (char_length(sender_address) between 3 and 254),
      add column sms_name text check (char_length(sms_name) between 1 and 20),
      -- Authenticator apps that it recommends: [{ name, apple, google }].
      add column apps jsonb check (jsonb_typeof(apps) = 'array');

    -- Logos as we drew them anew, each at the address that is the hash of its bytes.
    create table logos (
      organization_id text primary key references organizations on delete cascade,
      hash text not null check (hash ~ '^[0-9a-f]{32}$'),
      png bytea not null check (octet_length(png) between 1 and 262144),
      width integer not null check (width between 1 and 480),
      height integer not null check (height between 1 and 480),
      -- Schemes in which it needs a ground of its own.
      plates text[] not null check (plates <@ array['light', 'dark'])
    );
    create index logos_hash on logos (hash);
    create trigger logos_changed after insert or update or delete on logos
      for each statement execute function regain_changed('organizations');
    set constraints all deferred;
  `.execute(db);
}
