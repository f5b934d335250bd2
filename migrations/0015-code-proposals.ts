import { type Kysely, sql } from 'kysely';

/** Emergency codes that one operator proposed and a second one has to approve (four eyes). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table code_proposals (
      -- Also the id of the emergency code that comes of it.
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      -- HMAC with a key outside the database, of the half that the first operator holds.
      half_hash bytea not null check (octet_length(half_hash) = 32),
      uses integer not null check (uses > 0),
      -- Seconds from the approval.
      lifetime integer not null check (lifetime > 0),
      highest_acr text not null check (highest_acr in ('urn:regain:acr:1', 'urn:regain:acr:2-sms', 'urn:regain:acr:2')),
      reason text not null,
      checks text[] not null,
      ticket text,
      -- The operators. No reference: the audit log keeps who they were.
      proposed_by uuid not null,
      proposed_by_name text not null,
      proposed_at bigint not null,
      expires_at bigint not null check (expires_at > proposed_at),
      decided_at bigint
    );
    create unique index code_proposals_open on code_proposals (account_id) where decided_at is null;
    create index code_proposals_expiry on code_proposals (expires_at);
  `.execute(db);
}
