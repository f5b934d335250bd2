import { Client } from 'pg';
import { connectionConfig } from '../database.ts';

export interface DatabaseHealth {
  /** The major version of PostgreSQL. */
  readonly version: number;
  /** What its clock says, and by how many milliseconds at most the way there and back blurs it. */
  readonly now: number;
  readonly blur: number;
  /** The clock here at the same moment. */
  readonly here: number;
}

/** Looks at the database itself: does it answer, which PostgreSQL is it, how late is it there? Rejects as pg does. */
export async function databaseHealth(url: string): Promise<DatabaseHealth> {
  const client = new Client(connectionConfig(url));
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::integer / 10000 as version`,
    );
    const before = Date.now();
    const clock = await client.query<{ now: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
    );
    const after = Date.now();
    const [about, at] = [rows[0], clock.rows[0]];
    if (!about || !at) throw new Error('the database answered with nothing');
    return { version: about.version, now: at.now, blur: (after - before) / 2, here: (before + after) / 2 };
  } finally {
    await client.end();
  }
}
