import { type Policy, policySchema } from '../domain/policy.ts';
import type { Database } from './database.ts';

/** The version of its policy that the organization names; undefined: there is no such organization. */
export async function policyInForce(
  db: Database,
  organizationId: string,
): Promise<{ policy: Policy; version: number } | undefined> {
  const row = await db
    .selectFrom('organizations')
    .innerJoin('policies', (join) =>
      join
        .onRef('policies.organization_id', '=', 'organizations.id')
        .onRef('policies.version', '=', 'organizations.policy_version'),
    )
    .select(['policies.version', 'policies.document'])
    .where('organizations.id', '=', organizationId)
    .executeTakeFirst();
  return row && { policy: policySchema.parse(row.document), version: row.version };
}
