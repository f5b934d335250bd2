import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../src/store/embedded/index.ts';
import { prepareTemplate } from './database.ts';

/** What only a disk that loses power needs is off: tests make databases by the dozen. */
const HASTY = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' };

/**
 * Starts one PostgreSQL for all tests in a directory that goes afterwards, and migrates the template that `testDatabase`
 * clones. With REGAIN_TEST_CLUSTER set (an administrator's URL) that cluster is used instead.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.REGAIN_TEST_CLUSTER) {
    await prepareTemplate();
    return async () => {};
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'regain-test-'));
  const embedded = await startEmbedded({ dataDir, exclusive: true, settings: HASTY });
  process.env.REGAIN_TEST_CLUSTER = embedded.url;
  await prepareTemplate();
  return async () => {
    await embedded.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
