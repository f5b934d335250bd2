import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json } from '../../../src/web/frame/answer.ts';
import { page } from '../../../src/web/frame/page.ts';
import { startApp, type TestApp } from './app.ts';
import { openBrowser } from './browser.ts';

const hex = (hash: Buffer | null) => hash?.toString('hex') ?? null;
const KEY = 'sign-in/abc';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    pages: [
      page('/hash', { get: ({ cookies }) => json({ hash: hex(cookies.hash('recovery')) }) }),
      page('/issue', {
        get: ({ cookies }) => json({ returned: hex(cookies.issue('recovery')), now: hex(cookies.hash('recovery')) }),
      }),
      page('/keep', {
        get: ({ cookies, visitor }) => json({ kept: hex(cookies.keep('device')), visitor: hex(visitor.deviceHash) }),
      }),
      page('/clear', {
        get: ({ cookies }) => {
          cookies.clear('recovery');
          return json({ now: hex(cookies.hash('recovery')) });
        },
      }),
      page('/sign-in/:uid', { get: ({ cookies }) => json({ hash: hex(cookies.issue(KEY)) }) }),
      page('/note', {
        get: (ctx) => {
          const kept = ctx.cookies.setNote('origin', Buffer.alloc(Number(ctx.query('bytes')), 1));
          return json({ kept, length: ctx.cookies.note('origin')?.length ?? null });
        },
      }),
    ],
  });
});
afterAll(() => app.stop());

const sha256 = (text = '') => createHash('sha256').update(text).digest('hex');

test('a new value each time it is issued; the server sees SHA-256 of what the browser holds', async () => {
  const browser = openBrowser(app);
  expect(await (await browser.get('/hash')).json()).toEqual({ hash: null });
  const first = await (await browser.get('/issue')).json();
  const value = browser.cookies.get('regain_recovery');
  expect(first).toEqual({ returned: sha256(value), now: sha256(value) });
  expect(await (await browser.get('/hash')).json()).toEqual({ hash: sha256(value) });
  await browser.get('/issue');
  expect(browser.cookies.get('regain_recovery')).not.toBe(value);
});

test.each(['', 'short', 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}%`])(
  'the value "%s", which we could not have issued, counts as none (S-04)',
  async (value) => {
    const response = await app.get('/hash', { cookie: `regain_recovery=${value}` });
    expect(await response.json()).toEqual({ hash: null });
  },
);

test('the device’s is issued once, then kept for another 400 days', async () => {
  const browser = openBrowser(app);
  const first = await browser.get('/keep');
  expect(first.headers.getSetCookie()[0]).toContain(
    `expires=${new Date(Date.now() + 400 * 86_400_000).toUTCString().slice(0, 16)}`,
  );
  const value = browser.cookies.get('regain_device');
  expect(await first.json()).toEqual({ kept: sha256(value), visitor: null });
  expect(await (await browser.get('/keep')).json()).toEqual({ kept: sha256(value), visitor: sha256(value) });
});

test('cleared, it is gone within the same request too', async () => {
  const browser = openBrowser(app);
  await browser.get('/issue');
  expect(await (await browser.get('/clear')).json()).toEqual({ now: null });
  expect(browser.cookies.has('regain_recovery')).toBe(false);
});

test('the one of a sign-in is sent to its own pages only', async () => {
  const [line = ''] = (await app.get('/sign-in/abc')).headers.getSetCookie();
  expect(line).toMatch(/^regain_sign_in=[\w-]{43}; path=\/sign-in\/abc; samesite=lax; httponly$/);
});

test('a note that no browser would keep is not written', async () => {
  expect(await (await app.get('/note?bytes=2000')).json()).toEqual({ kept: true, length: 2000 });
  const long = await app.get('/note?bytes=4000');
  expect(await long.json()).toEqual({ kept: false, length: null });
  expect(long.headers.getSetCookie()).toEqual([]);
});
