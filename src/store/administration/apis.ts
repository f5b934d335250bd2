import { type Selectable, sql } from 'kysely';
import { isAcr } from '../../domain/assurance.ts';
import type { Api, ApiChanges, ApiRegistry, RegisteredApi } from '../../flows/ports/apis.ts';
import type { Database } from '../database.ts';
import type { ApiRow } from '../schema.ts';
import { isStorable, isUuid } from '../text.ts';

/** APIs, as the provider reads them. Nodes that run are told by the trigger of the table. */
export function apisOn(db: Database): ApiRegistry {
  const rows = () => db.selectFrom('apis').selectAll();
  return {
    async create(api) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('apis')
        .values({ id: api.id, identifier: api.identifier, organization_id: api.organizationId, ...settings(api) })
        .onConflict((on) => on.column('identifier').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async all(scope) {
      const found =
        scope === null ? rows() : rows().where('organization_id', '=', sql<string>`any(${[...scope]}::text[])`);
      return (await found.orderBy('name').orderBy('id').execute()).map(apiFrom);
    },
    async find(id) {
      const row = isUuid(id) ? await rows().where('id', '=', id).executeTakeFirst() : undefined;
      return row && apiFrom(row);
    },
    async lock(id) {
      const row = isUuid(id) ? await rows().where('id', '=', id).forUpdate().executeTakeFirst() : undefined;
      return row && apiFrom(row);
    },
    async byIdentifier(identifier) {
      if (!isStorable(identifier)) return undefined;
      const row = await rows().where('identifier', '=', identifier).executeTakeFirst();
      return row && apiFrom(row);
    },
    async change(id, changes) {
      await db
        .updateTable('apis')
        .set({ version: sql`version + 1`, ...settings(changes) })
        .where('id', '=', id)
        .execute();
    },
    async remove(id) {
      await db.deleteFrom('apis').where('id', '=', id).execute();
    },
  };
}

const settings = ({ name, scopes, tokenFormat, minimumAcr, applications }: ApiChanges) => ({
  name,
  scopes: [...scopes],
  token_format: tokenFormat,
  minimum_acr: minimumAcr,
  applications: [...applications],
});

function apiFrom(row: Selectable<ApiRow>): RegisteredApi {
  return { ...apiOf(row), createdAt: row.created_at, version: row.version };
}

/** A row as the provider reads it. */
export function apiOf(row: Selectable<ApiRow>): Api {
  return {
    id: row.id,
    identifier: row.identifier,
    name: row.name,
    organizationId: row.organization_id,
    scopes: row.scopes,
    tokenFormat: row.token_format,
    minimumAcr: isAcr(row.minimum_acr) ? row.minimum_acr : null,
    applications: row.applications,
  };
}
