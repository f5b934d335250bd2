import { once } from 'node:events';
import { Agent, get as httpGet, request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { json } from '../../../src/web/frame/answer.ts';
import { page } from '../../../src/web/frame/page.ts';
import { startServer } from '../../../src/web/frame/server.ts';
import { startApp } from './app.ts';

/** A page that answers when told to. */
function waitingPage() {
  const entered = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const waiting = page('/wait', {
    get: async () => {
      entered.resolve();
      await released.promise;
      return json({ done: true });
    },
  });
  return { waiting, entered: entered.promise, finish: released.resolve };
}

test('stopping: what is under way is answered, new connections are refused, then everything is closed', async () => {
  const { waiting, entered, finish } = waitingPage();
  const app = await startApp({ pages: [waiting] });
  const agent = new Agent({ keepAlive: true });
  const answer = once(httpGet(`${app.origin}/wait`, { agent }), 'response');
  await entered;
  const stopped = app.server.stop(10_000);
  await expect(fetch(`${app.origin}/help`)).rejects.toThrow('fetch failed');
  finish();
  const [response] = await answer;
  expect(response.statusCode).toBe(200);
  response.resume();
  const begun = performance.now();
  await stopped;
  // the connection would be kept alive for more than a minute
  expect(performance.now() - begun).toBeLessThan(5_000);
  agent.destroy();
});

test('stopping: a request that does not come to its end is cut off when patience is over', async () => {
  const { waiting, entered } = waitingPage();
  const app = await startApp({ pages: [waiting] });
  const call = request(`${app.origin}/wait`).end();
  const cut = once(call, 'error');
  await entered;
  await app.server.stop(50);
  expect(String((await cut)[0])).toContain('socket hang up');
});

test('stopping: an idle connection does not hold it up; stopping twice is stopping once', async () => {
  const app = await startApp();
  const idle = connect(Number(new URL(app.origin).port), '127.0.0.1');
  await once(idle, 'connect');
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(httpGet(`${app.origin}/help`, { agent }), 'response');
  response.resume();
  await once(response, 'end');
  const first = app.server.stop(30_000);
  expect(app.server.stop()).toBe(first);
  await first;
  agent.destroy();
  idle.destroy();
});

test('an address that is taken is said so', async () => {
  const app = await startApp();
  const second = startServer({
    handler: () => {},
    adopt: () => ({ below: true }),
    host: '127.0.0.1',
    port: app.server.port,
  });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await app.stop();
});
