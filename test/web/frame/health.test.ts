import { afterEach, expect, test } from 'vitest';
import { startApp, type TestApp } from './app.ts';

let app: TestApp;
afterEach(() => app.stop());

const no = () => Promise.resolve(false);
const fails = () => Promise.reject(new Error('password in a connection string'));
const hangs = () => new Promise<never>(() => {});

test('live and ready', async () => {
  app = await startApp();
  expect(await (await app.get('/health/live')).json()).toEqual({ status: 'live' });
  const ready = await app.get('/health/ready');
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
});

test.each([
  ['the database is away', { database: fails, migrations: fails, keys: fails }, ['database']],
  ['the database does not answer', { database: hangs }, ['database']],
  ['migrations are missing', { migrations: no }, ['migrations']],
  ['nothing is set up', { migrations: no, keys: fails }, ['migrations', 'keys']],
])('%s: 503 and what is missing, while live stays live', async (_, readiness, missing) => {
  app = await startApp({ readiness });
  const response = await app.get('/health/ready');
  expect([response.status, await response.json()]).toEqual([503, { status: 'not ready', missing }]);
  expect((await app.get('/health/live')).status).toBe(200);
  expect(app.log()).not.toContain('connection string');
});
