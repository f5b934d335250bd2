import type { Policy } from '../../domain/policy.ts';
import type { OrganizationRegistry, PolicyVersions } from '../../flows/ports/administration.ts';
import type { Database } from '../database.ts';
import { policyInForce } from '../policy-in-force.ts';

/** Organizations with their first policy. Nodes that run are told by the triggers of the tables. */
export function organizationsOn(db: Database): OrganizationRegistry {
  return {
    async find(id) {
      const row = await db
        .selectFrom('organizations')
        .select(['id', 'name', 'locale', 'support_url as supportUrl'])
        .where('id', '=', id.replaceAll('\0', ''))
        .executeTakeFirst();
      return row;
    },
    all() {
      return db
        .selectFrom('organizations')
        .select(['id', 'name', 'locale', 'support_url as supportUrl'])
        .orderBy('name')
        .orderBy('id')
        .execute();
    },
    async create(organization, policy) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('organizations')
        .values({
          id: organization.id,
          name: organization.name,
          locale: organization.locale,
          support_url: organization.supportUrl,
          policy_version: 1,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) return false;
      await addVersion(db, organization.id, 1, policy);
      return true;
    },
  };
}

/** Policies are versions that never change; the organization names the one in force. */
export function policiesOn(db: Database): PolicyVersions {
  return {
    inForce: (organizationId) => policyInForce(db, organizationId),
    async set(organizationId, policy) {
      // The lock on the organization's row gives versions that are set at the same moment their order.
      const organization = await db
        .selectFrom('organizations')
        .select('id')
        .where('id', '=', organizationId)
        .forUpdate()
        .executeTakeFirst();
      if (!organization) return undefined;
      const { last } = await db
        .selectFrom('policies')
        .select((eb) => eb.fn.max('version').as('last'))
        .where('organization_id', '=', organizationId)
        .executeTakeFirstOrThrow();
      const version = last + 1;
      await addVersion(db, organizationId, version, policy);
      await db.updateTable('organizations').set({ policy_version: version }).where('id', '=', organizationId).execute();
      return version;
    },
    async accept(organizationId, version, accepted) {
      if (accepted.length === 0) return;
      const rows = accepted.map(({ finding, reason, by, at }) => ({
        organization_id: organizationId,
        policy_version: version,
        finding,
        reason,
        accepted_by: by,
        accepted_at: at,
      }));
      await db.insertInto('accepted_findings').values(rows).execute();
    },
    accepted(organizationId, version) {
      return db
        .selectFrom('accepted_findings')
        .select(['finding', 'reason', 'accepted_by as by', 'accepted_at as at'])
        .where('organization_id', '=', organizationId)
        .where('policy_version', '=', version)
        .orderBy('finding')
        .execute();
    },
  };
}

async function addVersion(db: Database, organizationId: string, version: number, policy: Policy): Promise<void> {
  await db
    .insertInto('policies')
    .values({ organization_id: organizationId, version, document: JSON.stringify(policy) })
    .execute();
}
