import { type Kysely, sql } from 'kysely';

/** Requests for an emergency code, of people who can do nothing by themselves any more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table emergency_requests (
      id uuid primary key,
      -- Null: nobody has this name, or too many were filed for it: a decoy that no operator sees, and that ages like the others.
      account_id uuid references accounts on delete cascade,
      organization_id text not null references organizations on delete cascade,
      -- Of the address at which its state is read, and of the link by which its owner stops it.
      token_hash bytea not null unique check (octet_length(token_hash) = 32),
      stop_hash bytea not null unique check (octet_length(stop_hash) = 32),
      reason text not null,
      reach text not null,
      ip text not null,
      user_agent text not null,
      known_browser boolean not null,
      created_at bigint not null,
      expires_at bigint not null check (expires_at > created_at),
      state text not null check (state in ('open', 'issued', 'refused', 'stopped', 'aged')),
      -- The operator who looks after it. No reference: the audit log keeps who it was.
      claimed_by uuid,
      claimed_by_name text,
      -- What whoever asked is told when it was refused.
      answer text,
      decided_at bigint
    );
    create index emergency_requests_queue on emergency_requests (created_at, id) where state = 'open' and account_id is not null;
    create index emergency_requests_organization on emergency_requests (organization_id);
    create index emergency_requests_account on emergency_requests (account_id, created_at);
    create index emergency_requests_expiry on emergency_requests (expires_at);
  `.execute(db);
}
