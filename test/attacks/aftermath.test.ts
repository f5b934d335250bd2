import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../src/observability/log.ts';
import { startRegain } from '../../src/regain.ts';
import type { Person } from '../support/people.ts';
import { Browser } from '../web/recovery/browser.ts';
import { ask, enrolShown, letterTo, typePassword, WORDS, walkToNewFactor } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { toNextStep } from './support/clock.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { signIn, walkToNewPassword, walkToRegister } from './support/walks.ts';

const SIGN_IN = 'Sign in to your account';
const words = WORDS.en;
const world = useWorld();
let receiver: Receiver;
let notes: Application;
let photos: Application;
beforeAll(async () => {
  receiver = await startReceiver();
  notes = await world().application('Notes', { backchannelLogoutUri: receiver.url });
  photos = await world().application('Photos', { backchannelLogoutUri: receiver.url });
});
afterAll(() => receiver.close());
beforeEach(() => toNextStep(world()));

const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' };

/** Everything by which somebody is in: two applications in one browser, one in another; tokens; a code not yet redeemed; things half done. */
async function everythingOpen(person: Person) {
  const [home, phone] = [world().browser(), world().browser()];
  const first = await signIn(world(), notes, home, person, { params: OFFLINE });
  const tokens = await first.asked.tokens(first.page);
  const second = await signIn(world(), photos, phone, person, { params: OFFLINE });
  const others = await second.asked.tokens(second.page);
  const unredeemed = await signIn(world(), photos, home, person, { params: { prompt: 'login' } });
  const half = world().browser();
  const halfway = await typePassword(half, (await notes.open(half)).page, person);
  return { home, phone, half, halfway, tokens, others, unredeemed };
}
type Open = Awaited<ReturnType<typeof everythingOpen>>;

/** Nothing of it is good for anything any more. */
async function nothingWorks(person: Person, open: Open): Promise<void> {
  const { home, phone, half, halfway, tokens, others, unredeemed } = open;
  for (const [application, held] of [
    [notes, tokens],
    [photos, others],
  ] as const) {
    await expect(oidc.refreshTokenGrant(application.config, held.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.fetchUserInfo(application.config, held.access_token, person.id)).rejects.toMatchObject({
      status: 401,
    });
    for (const token of [held.access_token, held.refresh_token ?? ''])
      expect(await oidc.tokenIntrospection(application.config, token)).toEqual({ active: false });
  }
  await expect(unredeemed.asked.tokens(unredeemed.page)).rejects.toMatchObject({ error: 'invalid_grant' });
  for (const browser of [home, phone]) {
    expect((await browser.open('/account')).heading).toBe(SIGN_IN);
    expect((await notes.open(browser)).page.heading).toBe(SIGN_IN);
    const silent = (await photos.open(browser, { prompt: 'none' })).page.url.searchParams;
    expect([silent.get('error'), silent.get('code')]).toEqual(['login_required', null]);
  }
  world().later(30_000);
  const late = await half.press(halfway, words.continue, { code: person.code() });
  expect(late.url.href).not.toContain(CALLBACK);
}

/** Which applications were told that this person's sessions have ended, once both have been. */
async function told(person: Person, { tokens, others }: Open): Promise<unknown[]> {
  const sids = [tokens, others].map((held) => held.claims()?.['sid']);
  const mine = () => receiver.heard.filter(({ sub, sid }) => sub === person.id && sids.includes(sid));
  while (!sids.every((sid) => mine().some((token) => token.sid === sid))) await receiver.next();
  return mine()
    .map(({ aud = '' }) => aud)
    .toSorted((a, b) => a.localeCompare(b));
}

const ENDS = {
  'a recovery of the second factor': async (person: Person) => {
    const browser = world().browser();
    const done = await enrolShown(browser, await walkToRegister(world(), browser, person));
    expect(done.page.heading).toBe(words.replaced);
  },
  'a recovery of the password': async (person: Person) => {
    const browser = world().browser();
    const page = await walkToNewPassword(world(), browser, person);
    const done = await browser.press(page, words.setPassword, { password: 'a quiet harbour in spring' });
    expect(done.heading).toBe(words.reset);
  },
  suspension: (person: Person) => world().suspend(person),
  '“It wasn’t me”': async (person: Person) => {
    const { text } = await world().mail(person.email, 'A second factor was added');
    const link = /http:\S+\/not-me\/[\w-]+/.exec(text)?.[0] ?? '';
    const digits = /: (\d{2})\s/.exec(text.replaceAll('\u00a0', ' '))?.[1] ?? '';
    const browser = world().browser();
    await browser.press(await browser.open(link), 'Block my account', { digits });
    expect((await world().ports.store.accounts.load(person.id))?.frozenAt).not.toBeNull();
  },
};

test.each(Object.entries(ENDS))(
  'A19 A20 after %s no session, token, code or half-finished sign-in is good; the applications are told',
  async (_, end) => {
    const person = await world().person();
    const open = await everythingOpen(person);
    await end(person);
    await nothingWorks(person, open);
    const both = [notes, photos].map(({ config }) => config.clientMetadata().client_id);
    expect(await told(person, open)).toEqual(both.toSorted((a, b) => a.localeCompare(b)));
  },
);

test('A19 other links, other recoveries and waiting pages end with a recovery, and with a suspension', async () => {
  for (const end of [ENDS['a recovery of the password'], ENDS.suspension]) {
    world().later(16 * 60_000);
    const person = await world().person();
    const [walking, waiting] = [world().browser(), world().browser()];
    const registering = await walkToRegister(world(), walking, person);
    await ask(waiting, person.username);
    const { link, code } = await letterTo(world(), person);
    await end(person);

    expect((await enrolShown(walking, registering)).page.heading).not.toBe(words.replaced);
    expect((await world().browser().open(link)).status).toBe(410);
    const typed = await waiting.post('/lost-credentials/sent', {
      _csrf: (await waiting.open('/lost-credentials')).csrf,
      code,
    });
    expect(['/lost-credentials/over', '/lost-credentials/done']).toContain(typed.path);
    const kinds = (await world().ports.store.accounts.load(person.id))?.credentials.map(({ kind }) => kind);
    expect(kinds?.toSorted()).toEqual(['password', 'totp']);
  }
});

test('A20 another node, and one that was started since, refuse the same', async () => {
  const person = await world().person();
  const open = await everythingOpen(person);
  const { config } = world().running.context;
  const before = await startRegain(config, createLog('silent', 'stderr'));
  await ENDS['a recovery of the second factor'](person);
  const since = await startRegain(config, createLog('silent', 'stderr'));
  try {
    for (const { port } of [before, since]) {
      const origin = `http://127.0.0.1:${port}`;
      const authorization = `Bearer ${open.tokens.access_token}`;
      expect((await fetch(`${origin}/me`, { headers: { authorization } })).status).toBe(401);
      const basic = Buffer.from(`${notes.config.clientMetadata().client_id}:${notes.secret}`).toString('base64');
      const refresh = await fetch(`${origin}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: open.tokens.refresh_token ?? '' }),
      });
      expect([refresh.status, await refresh.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_grant' }),
      ]);
      const there = new Browser(origin);
      for (const [key, cookie] of open.home.jar) there.jar.set(key, cookie);
      expect((await there.open('/account')).heading).toBe(SIGN_IN);
    }
  } finally {
    await Promise.all([before.stop(), since.stop()]);
  }
});

test('a suspended account with a live session in the library’s eyes: the sign-in page, where another one signs in; never a 500', async () => {
  const [person, other] = [await world().person(), await world().person()];
  const browser = world().browser();
  const { asked, page } = await signIn(world(), notes, browser, person, { params: OFFLINE });
  const tokens = await asked.tokens(page);
  // Suspended without ending anything, as a change in the database would.
  await world().ports.store.accounts.update(person.id, { suspendedAt: Date.now() });
  expect((await browser.open('/account')).heading).toBe(SIGN_IN);
  expect((await photos.open(browser, { prompt: 'none' })).page.url.searchParams.get('error')).toBe('login_required');
  await expect(oidc.refreshTokenGrant(notes.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  await expect(oidc.fetchUserInfo(notes.config, tokens.access_token, person.id)).rejects.toMatchObject({ status: 401 });
  expect(await oidc.tokenIntrospection(notes.config, tokens.access_token)).toEqual({ active: false });

  const again = await photos.open(browser);
  expect([again.page.status, again.page.heading]).toEqual([200, SIGN_IN]);
  const refused = await typePassword(browser, again.page, person);
  expect(refused.status).toBe(403);
  const back = await signIn(world(), photos, browser, other);
  expect((await back.asked.tokens(back.page)).claims()?.sub).toBe(other.id);
});

test('A20 a recovery from an application leaves that one signed in anew, and nothing else', async () => {
  const person = await world().person();
  const open = await everythingOpen(person);
  const browser = world().browser();
  const asked = await notes.open(browser);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const { page } = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  // What the person consented to once is not asked again (SPEC S4).
  const tokens = await asked.tokens(await browser.open(page.link('Continue to Notes')));
  await nothingWorks(person, open);
  const info = await oidc.fetchUserInfo(notes.config, tokens.access_token, person.id);
  expect(info.sub).toBe(person.id);
});
