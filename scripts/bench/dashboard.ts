import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createCrypto } from '../../src/crypto/crypto.ts';
import { daysUpTo } from '../../src/domain/figures.ts';
import { figuresOn } from '../../src/store/administration/figures.ts';
import { startEmbedded } from '../../src/store/embedded/index.ts';
import { migrate, openStore } from '../../src/store/index.ts';

/**
 * Times what the dashboard reads, and what it costs to count: `node scripts/bench/dashboard.ts`. It makes a PostgreSQL of its own in a temporary
 * directory, with 400 days of 100 organizations, takes a minute, and leaves nothing. Printed as the tables of docs/performance.md.
 */
const ORGANIZATIONS = 100;
const ROUNDS = 100;
const SIGN_INS = 2_000;

const dataDir = mkdtempSync(join(tmpdir(), 'regain-bench-'));
const embedded = await startEmbedded({ dataDir, exclusive: false, log: () => {} });
await migrate(embedded.url);
const { db, store, close } = await openStore({
  url: embedded.url,
  crypto: createCrypto([randomBytes(32)]),
  now: Date.now,
});
try {
  await sql`insert into daily_counts
    select 'o' || o, regain_day(regain_now()) - d * 86400000::bigint, kind, route, 1000
    from generate_series(1, ${ORGANIZATIONS}) o, generate_series(0, 399) d, (
      select unnest(array['sign-in', 'sign-in-failed', 'email-sent', 'email-failed', 'sms-sent', 'sms-failed']) as kind, '' as route
      union all select kind, 'way ' || n from unnest(array['recovery-begun', 'recovery-finished']) kind, generate_series(1, 5) n
    ) kinds`.execute(db);
  await sql`insert into recoveries select gen_random_uuid(), 'o' || (n % ${ORGANIZATIONS}), regain_now(), '', regain_now() + 9e9
    from generate_series(1, 5000) n`.execute(db);
  await sql`vacuum analyze`.execute(db);

  say('| organizations | days | p50 | p95 |');
  say('|---|---|---|---|');
  for (const scope of [['o7'], null]) {
    for (const range of [7, 30, 90]) {
      const query = { scope, from: daysUpTo(Date.now(), range)[0] ?? 0 };
      const figures = figuresOn(db);
      const times = await timed(ROUNDS, () =>
        Promise.all([
          figures.counts(query),
          figures.openRecoveries(query, Date.now()),
          figures.requests(query, Date.now()),
        ]),
      );
      say(`| ${scope ? 'one' : `all ${ORGANIZATIONS}`} | ${range} | ${at(times, 0.5)} | ${at(times, 0.95)} |`);
    }
  }

  const signIn = () =>
    store.audit.append({ kind: 'sign-in.succeeded', actor: 'user', organizationId: 'o7', details: {} }, undefined);
  await timed(SIGN_INS, signIn);
  say('\n| a line of the audit log | p50 | p95 |');
  say('|---|---|---|');
  // Turn by turn, so that what else the machine does falls on both.
  const [counted, plain]: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round += 1) {
    counted.push(...(await timed(SIGN_INS / 5, signIn)));
    await sql`alter table audit_log disable trigger audit_log_counted`.execute(db);
    plain.push(...(await timed(SIGN_INS / 5, signIn)));
    await sql`alter table audit_log enable trigger audit_log_counted`.execute(db);
  }
  say(`| counted | ${at(counted, 0.5)} | ${at(counted, 0.95)} |`);
  say(`| not counted | ${at(plain, 0.5)} | ${at(plain, 0.95)} |`);
} finally {
  await close();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    await work();
    all.push(performance.now() - start);
  }
  return all;
}

/** Milliseconds. */
function at(times: readonly number[], share: number): string {
  return (times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0).toFixed(2);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
