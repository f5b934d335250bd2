import { type Kysely, sql } from 'kysely';

/** APIs that applications get access tokens for (RFC 8707). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table apis (
      id uuid primary key,
      identifier text not null unique,
      name text not null,
      organization_id text not null references organizations,
      scopes text[] not null default '{}',
      token_format text not null check (token_format in ('jwt', 'opaque')),
      minimum_acr text,
      -- Ids of the applications that may ask for it; empty: every one of the organization.
      applications text[] not null default '{}',
      created_at bigint not null default regain_now(),
      version integer not null default 1
    );
    create index apis_organization on apis (organization_id, name, id);
    create trigger apis_changed after insert or update or delete on apis
      for each statement execute function regain_changed('apis');
  `.execute(db);
}
