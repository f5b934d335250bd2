import { sql } from 'kysely';
import type { World } from './world.ts';

/** Tables with what belongs to an account, and the column that says so. */
const OWNED = {
  accounts: 'id',
  contact_points: 'account_id',
  credentials: 'account_id',
  devices: 'account_id',
  session_proofs: 'account_id',
  oidc_records: 'account_id',
  pairings: 'account_id',
} as const;

/** Every row of an account that a recovery may change at its end, for comparing before with after. */
export async function rowsOf({ running }: World, accountId: string): Promise<string> {
  return read(running, OWNED, accountId);
}

/** The recoveries and codes of an account as they stand. */
export async function journeysOf({ running }: World, accountId: string): Promise<string> {
  return read(running, { journeys: 'account_id' }, accountId);
}

async function read(
  running: World['running'],
  tables: Readonly<Record<string, string>>,
  accountId: string,
): Promise<string> {
  const found = [];
  for (const [table, owner] of Object.entries(tables)) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(t) as row from ${sql.table(table)} t where ${sql.ref(owner)} = ${accountId}::uuid
      order by to_jsonb(t)::text`.execute(running.context.database.db);
    found.push([table, rows.map(({ row }) => row)]);
  }
  return JSON.stringify(found, null, 1);
}
