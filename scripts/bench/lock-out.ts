import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { lockOutReport } from '../../src/domain/lock-out-report.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { countedKinds } from '../../src/flows/administration/report-lock-out.ts';
import { accountKindsOn } from '../../src/store/administration/account-kinds.ts';
import { databaseOn } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded/index.ts';
import { migrate } from '../../src/store/index.ts';
import { addCrowd } from '../../test/support/crowd.ts';

/**
 * Times the lock-out report: `node scripts/bench/lock-out.ts [accounts]`. It makes a PostgreSQL of its own in a temporary directory and leaves
 * nothing. Printed: a page of the list of those who lack something, counting the accounts, which the database does, and working the kinds out, which
 * grows with the kinds only.
 */
const ROUNDS = 5;
const many = Number(process.argv[2] ?? 1_000_000);
const dataDir = mkdtempSync(join(tmpdir(), 'regain-bench-'));
const embedded = await startEmbedded({ dataDir, exclusive: false, log: () => {} });
const pool = new Pool({ connectionString: embedded.url });
try {
  await migrate(embedded.url);
  await addCrowd(embedded.url, many);
  const kinds = accountKindsOn(databaseOn(pool));
  const [counting, working]: [number[], number[]] = [[], []];
  let summary = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const alike = await kinds.of('default');
    const counted = performance.now();
    const report = lockOutReport(countedKinds(PRESETS['restore-code'], [], alike));
    counting.push(counted - began);
    working.push(performance.now() - counted);
    summary = `${report.accounts} accounts, ${report.kinds} kinds`;
  }
  const alike = await kinds.of('default');
  const times: string[] = [];
  for (const { key, accounts } of alike) {
    const began = performance.now();
    await kinds.among('default', [key], undefined, 51);
    times.push(`${Math.round(performance.now() - began)} ms (${accounts} accounts of this sort)`);
  }
  process.stdout.write(`a page of the list of one sort: ${times.join(', ')}\n`);
  process.stdout.write(
    `${summary}; median of ${ROUNDS}: counting ${median(counting)} ms, working out ${median(working)} ms\n`,
  );
} finally {
  await pool.end();
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

function median(times: readonly number[]): number {
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0);
}
