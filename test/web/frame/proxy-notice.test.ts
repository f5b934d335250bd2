import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { createLog } from '../../../src/observability/log.ts';
import { startRegain } from '../../../src/regain.ts';
import { testDatabase } from '../../support/database.ts';

/** Warnings of a Regain that gets these requests, one after the other. */
async function warnings(trustProxy: number, requests: readonly Record<string, string>[]): Promise<string[]> {
  const database = await testDatabase();
  let logged = '';
  const lines = new PassThrough({ encoding: 'utf8' }).on('data', (text: string) => {
    logged += text;
  });
  const read = loadConfig({
    DATABASE_URL: database.url,
    REGAIN_MASTER_KEY: randomBytes(32).toString('base64'),
    REGAIN_ISSUER: 'http://localhost:3000',
    TRUST_PROXY: String(trustProxy),
  });
  const running = await startRegain({ ...read, port: 0 }, createLog('warn', lines));
  try {
    for (const headers of requests) await fetch(`http://127.0.0.1:${running.port}/health/live`, { headers });
  } finally {
    await running.stop();
    await database.drop();
  }
  return logged.split('\n').filter((line) => line.includes('TRUST_PROXY'));
}

test('a proxy that is not counted is warned of once, without what it wrote; one that is counted is not', async () => {
  const through = { 'x-forwarded-for': '198.51.100.77' };
  const said = await warnings(0, [{}, through, through]);
  expect(said).toHaveLength(1);
  expect(said[0]).not.toContain('198.51.100.77');
  expect(await warnings(0, [{}])).toEqual([]);
  expect(await warnings(1, [through])).toEqual([]);
});
