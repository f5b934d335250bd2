import type { OrganizationRegistry } from '../../flows/ports/administration.ts';
import type { Database } from '../database.ts';
import { addVersion } from './policies.ts';

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
    async create(organization, policy, publication) {
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
      await addVersion(db, organization.id, 1, policy, publication);
      return true;
    },
  };
}
