import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { signInAt } from '../account/console.ts';
import { allow } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';

/** OpenID Connect Back-Channel Logout 1.0, by jobs. */
const world = useWorld();
const told: { token: string; answer: () => void }[] = [];
const hear = async (req: IncomingMessage, answer: () => void): Promise<void> => {
  told.push({ token: new URLSearchParams(await text(req)).get('logout_token') ?? '', answer });
};
let receiver: Server;
let uri: string;

beforeAll(async () => {
  await world().policy(PRESETS['password-sms']);
  // Answers when it is told to: an application that is slow.
  receiver = createServer((req, res) => void hear(req, () => res.end()));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  uri = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/logout`;
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

test('a sign-out waits for no application, and each of the session is told, by its own sid', async () => {
  const person = await world().person();
  const browser = world().browser();
  const sids: string[] = [];
  for (const name of ['One', 'Two']) {
    const app = await world().application(name, { backchannelLogoutUri: uri });
    const asked = await app.open(browser);
    const page =
      asked.page.path.endsWith('/consent') || sids.length > 0
        ? asked.page
        : await signInAt(world(), browser, person, asked.page);
    sids.push(JSON.stringify((await asked.tokens(await allow(browser, page))).claims()?.['sid'] ?? ''));
  }
  expect(new Set(sids).size).toBe(2);
  const done = await browser.press(await browser.open('/session/end'), 'Sign out');
  expect([done.status, done.heading]).toEqual([200, 'You are signed out']);
  await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 10_000, interval: 20 });
  for (const { answer } of told) answer();
  const tokens = told.map(({ token }) => decodeJwt(token));
  expect(tokens.map(({ sid }) => JSON.stringify(sid)).toSorted()).toEqual(sids.toSorted());
  expect(tokens.map(({ sub }) => sub)).toEqual([person.id, person.id]);
});
