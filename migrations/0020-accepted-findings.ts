import { type Kysely, sql } from 'kysely';

/** What somebody accepted knowingly when a policy was put in force that is not safe. It stays with that version of the policy. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table accepted_findings (
      organization_id text not null,
      policy_version integer not null,
      finding text not null check (char_length(finding) between 1 and 100),
      reason text not null check (char_length(reason) between 1 and 500),
      -- Names as they were then: the audit log keeps which account it was.
      accepted_by text not null check (accepted_by <> ''),
      accepted_at bigint not null,
      primary key (organization_id, policy_version, finding),
      foreign key (organization_id, policy_version) references policies on delete cascade
    );
  `.execute(db);
}
