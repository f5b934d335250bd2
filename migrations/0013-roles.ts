import { type Kysely, sql } from 'kysely';

/** Roles of the operators' console, and what it asks of the audit log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table roles (
      account_id uuid not null references accounts on delete cascade,
      role text not null check (role in ('operator', 'admin')),
      -- Null: in every organization.
      organization_id text references organizations on delete cascade,
      -- After a recovery of the account it lets nothing, until another admin confirms it.
      asleep_since bigint,
      granted_at bigint not null,
      unique nulls not distinct (account_id, role, organization_id)
    );
    create index roles_organization on roles (organization_id);

    alter table audit_log drop constraint audit_log_actor_check;
    alter table audit_log add constraint audit_log_actor_check check (actor in ('user', 'cli', 'system', 'operator'));
    create index audit_log_organization on audit_log (organization_id, seq);
    create index audit_log_kind on audit_log (kind, seq);
    -- What people at the command line and operators did; of operators also which one.
    create index audit_log_actor on audit_log (actor, seq) where actor in ('cli', 'operator');
    create index audit_log_operator on audit_log ((details->>'operator'), seq) where actor = 'operator';
  `.execute(db);
}
