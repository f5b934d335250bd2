import { type RawBuilder, sql } from 'kysely';
import type { World } from '../../web/recovery/world.ts';

/** Rows of whatever the database holds. */
export async function rows<Row>({ running }: Pick<World, 'running'>, query: RawBuilder<Row>): Promise<Row[]> {
  return (await query.execute(running.context.database.db)).rows;
}

/** How many entries of a kind the audit log has about an account. */
export async function audited(world: Pick<World, 'running'>, accountId: string, kind: string): Promise<number> {
  const [row] = await rows(
    world,
    sql<{ count: number }>`select count(*) from audit_log where account_id = ${accountId} and kind = ${kind}`,
  );
  return row?.count ?? -1;
}

/** Every row of every table, one line each, as a backup would hold them: bytes in hex. */
export async function dump(world: Pick<World, 'running'>): Promise<string> {
  const tables = await rows(
    world,
    sql<{ schema: string; name: string }>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const lines: string[] = [];
  for (const { schema, name } of tables) {
    const found = await rows(
      world,
      sql<{ line: string }>`select to_json(t)::text as line from ${sql.id(schema, name)} t`,
    );
    lines.push(...found.map(({ line }) => `${schema}.${name} ${line}`));
  }
  return lines.join('\n');
}

/** Everything that is kept of people, without what counts requests and without the bookkeeping of the queues. */
export async function everything(world: Pick<World, 'running'>): Promise<string> {
  const lines = (await dump(world)).split('\n');
  const kept = lines.filter((line) => !/^(?:jobs\.|public\.(?:rate_limits|attempts) )/.test(line));
  return kept.toSorted((a, b) => a.localeCompare(b)).join('\n');
}

/** Until every message has left or was given up. */
export async function queueEmpty(world: Pick<World, 'running'>): Promise<void> {
  const left = sql<{ left: number }>`select count(*) as left from outbox where state = 'queued'`;
  while ((await rows(world, left))[0]?.left !== 0);
}
