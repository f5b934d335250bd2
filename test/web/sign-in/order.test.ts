import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signInPages } from '../../../src/web/pages/sign-in/index.ts';
import type { PageBrowser } from '../../support/page-browser.ts';
import { addPerson, PASSWORD, type Person } from '../../support/people.ts';
import { useSite } from '../../support/site.ts';

const site = useSite({ pages: signInPages });

const FORMS = ['', '/passkey', '/totp', '/sms', '/sms/again', '/method', '/new-factor/totp', '/new-factor/passkey'];
const ENDS = ['/continue', '/decline', '/consent'];

async function arrive(): Promise<{ browser: PageBrowser; path: string; uid: string }> {
  const browser = site().browser();
  const { uid } = site().interactions.begin(browser);
  const path = `/sign-in/${uid}`;
  await browser.open(path);
  return { browser, path, uid };
}

const finished = (uid: string) => site().interactions.finished.filter((one) => one.uid === uid);

/** Everything of the account that a sign-in could have changed. */
async function held({ id }: Person) {
  const account = await site().ports.store.accounts.load(id);
  return {
    bound: account?.boundToSecondFactor,
    credentials: account?.credentials.map(({ id: credential, kind, state }) => [credential, kind, state]),
  };
}

describe('A1', () => {
  const proofs = ['password', 'wrong password', 'totp', 'wrong totp', 'passkey', 'sms'];
  const others = ['open', 'other account', 'again', 'to sms', 'enrol', 'enrol passkey'];
  const acts = [...proofs, ...others, ...ENDS];

  test('in whatever order forms are posted: only password, then code, signs in', async () => {
    const person = await addPerson(site());
    const before = await held(person);
    const property = asyncProperty(array(constantFrom(...acts), { maxLength: 9 }), async (order) => {
      const { browser, path, uid } = await arrive();
      let known = false;
      let done = false;
      for (const act of [...order, 'totp']) {
        site().clock.now += 31_000;
        await perform(browser, path, person, act);
        if (act === 'password') known = true;
        if (act === 'other account') known = false;
        if (act === 'totp') done = known;
        expect({ after: act, finished: finished(uid).length }).toEqual({ after: act, finished: done ? 1 : 0 });
        if (done) break;
      }
      expect(site().interactions.granted).toEqual([]);
      expect(await held(person)).toEqual(before);
    });
    await assert(property, { numRuns: 20, endOnFailure: true });
  });

  test('before a first proof no form of a later page does anything, for an account that lacks a factor neither', async () => {
    const person = await addPerson(site(), { totp: false });
    const before = await held(person);
    const { browser, path, uid } = await arrive();
    for (const below of [...FORMS.slice(1), ...ENDS]) {
      await browser.open(path);
      const shown = await browser.post(path + below, fields(person));
      const status = below === '/passkey' ? 422 : 200;
      expect({ below, status: shown.status }).toEqual({ below, status });
      expect(shown.text).toContain('Sign in to your account');
    }
    expect(finished(uid)).toEqual([]);
    expect(await held(person)).toEqual(before);
  });

  test.each(FORMS)(
    'doubled, array, empty and missing fields posted to “%s” are refused, and move nothing',
    async (below) => {
      const person = await addPerson(site());
      const { browser, path, uid } = await arrive();
      if (below !== '') await browser.post(path, { username: person.username, password: PASSWORD });
      const csrf = `_csrf=${encodeURIComponent(browser.csrf)}`;
      const code = person.code();
      const bodies = [
        `${csrf}&code=${code}&code=${code}&password=a&password=b&username=x&response=x&response=y&method=totp&method=totp&again=1&again=2`,
        `${csrf}&code[]=${code}&password[]=${PASSWORD}&username[]=${person.username}&response[]=x&method[]=totp&extra[]=1`,
        `${csrf}&username[a]=${person.username}&password=${encodeURIComponent(PASSWORD)}&code=${code}&response=&method=totp`,
        `${csrf}&code=${code}%00&password=a%00&username=a&response=%00&method=totp`,
        '',
        `code=${code}&username=${person.username}&password=${encodeURIComponent(PASSWORD)}&method=totp&response=`,
      ];
      for (const body of bodies) {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const response = await browser.request(path + below, { method: 'POST', headers, body });
        expect({ body, refused: [400, 403].includes(response.status) }).toEqual({ body, refused: true });
      }
      const json = JSON.stringify({ code, username: person.username, password: PASSWORD });
      const asJson = { method: 'POST', body: json, headers: { 'content-type': 'application/json' } };
      expect((await browser.request(path + below, asJson)).status).toBe(415);
      expect(finished(uid)).toEqual([]);
    },
  );

  test('a form without its field is not one of ours', async () => {
    const { browser, path } = await arrive();
    for (const below of ['', '/totp', '/method', '/passkey']) {
      await browser.open(path);
      const { status } = await browser.post(path + below, { something: 'else' });
      expect({ below, status }).toEqual({ below, status: 400 });
    }
    await browser.open(path);
    expect((await browser.post(`${path}/method`, { method: 'password' })).status).toBe(400);
  });
});

describe('A18', () => {
  test('a journey belongs to the browser that began it; another one that holds the interaction starts from nothing', async () => {
    const person = await addPerson(site());
    const first = await arrive();
    await first.browser.post(first.path, { username: person.username, password: PASSWORD });
    expect(first.browser.page.text).toContain('Second factor');

    const second = site().browser();
    site().interactions.hold(second, first.uid);
    await second.open(first.path);
    expect(second.page.text).toContain('Sign in to your account');
    await second.post(`${first.path}/totp`, { code: person.code() });
    expect(finished(first.uid)).toEqual([]);
  });

  test('a cookie that somebody planted is no journey, and is replaced', async () => {
    const { browser, path } = await arrive();
    const own = browser.cookie('regain_sign_in');
    const planted = site().browser();
    site().interactions.hold(planted, path.split('/').at(-1) ?? '');
    planted.setCookie('regain_sign_in', 'A'.repeat(43), path);
    await planted.open(path);
    expect(planted.cookie('regain_sign_in')).not.toBe('A'.repeat(43));
    expect(planted.cookie('regain_sign_in')).not.toBe(own);
  });

  test('the cookie is sent to the pages of its own interaction only, and goes at the end', async () => {
    const person = await addPerson(site());
    const { browser, path } = await arrive();
    expect(browser.cookies().find(({ name }) => name === 'regain_sign_in')?.path).toBe(path);
    await browser.post(path, { username: person.username, password: PASSWORD });
    await browser.press('Continue', { code: person.code() });
    expect(browser.cookie('regain_sign_in')).toBeUndefined();
  });

  test('two requests with one right code: one session', async () => {
    const person = await addPerson(site());
    const { browser, path, uid } = await arrive();
    await browser.post(path, { username: person.username, password: PASSWORD });
    site().clock.now += 30_000;
    const body = () => ({
      method: 'POST',
      body: new URLSearchParams({ _csrf: browser.csrf, code: person.code() }),
    });
    await Promise.all([1, 2, 3, 4].map(() => browser.request(`${path}/totp`, body())));
    expect(finished(uid)).toHaveLength(1);
    const log = await Array.fromAsync(site().database.readAudit({ accountId: person.id }));
    expect(log.filter(({ kind }) => kind === 'sign-in.succeeded')).toHaveLength(1);
  });
});

describe('an interaction that is gone', () => {
  test('starts the application’s request anew where this browser had begun', async () => {
    const person = await addPerson(site());
    for (const go of ['open', 'post'] as const) {
      const { browser, path, uid } = await arrive();
      site().interactions.end(uid);
      const shown = await (go === 'open' ? browser.open(path) : browser.post(path, fields(person)));
      expect(shown.path).toMatch(/^\/auth\?.*client_id=app/);
    }
  });

  test('elsewhere says so', async () => {
    const { path } = await arrive();
    const stranger = site().browser();
    const shown = await stranger.open(path);
    expect(shown.status).toBe(410);
    expect(shown.html).toContain('<h1>');
  });

  test('between the last proof and its end leads to the request started anew', async () => {
    const person = await addPerson(site());
    const { browser, path, uid } = await arrive();
    await browser.post(path, { username: person.username, password: PASSWORD });
    site().interactions.loseNextFinish();
    site().clock.now += 30_000;
    const shown = await browser.post(`${path}/totp`, { code: person.code() });
    expect(shown.path).toMatch(/^\/auth\?/);
    expect(finished(uid)).toEqual([]);
  });
});

test('what was proven but not ended is ended by one press, never by looking', async () => {
  const person = await addPerson(site());
  const { browser, path, uid } = await arrive();
  await browser.post(path, { username: person.username, password: PASSWORD });
  const { ports } = site();
  const hash = ports.crypto.hashToken(browser.cookie('regain_sign_in') ?? '');
  const journey = await ports.store.journeys.findSignIn(uid, hash, ports.now());
  const account = await ports.store.accounts.load(person.id);
  const app = account?.credentials.find(({ kind }) => kind === 'totp')?.id ?? '';
  if (!journey) throw new Error('no journey');
  const proof = { kind: 'totp', at: ports.now(), by: app } as const;
  await ports.store.journeys.advance(journey, { proofs: [...journey.proofs, proof] });

  await browser.open(path);
  expect(browser.page.text).toContain('You can go on');
  expect(finished(uid)).toEqual([]);
  await browser.press('Continue');
  expect(finished(uid)).toHaveLength(1);
});

function fields(person: Person): Record<string, string> {
  return {
    username: person.username,
    password: 'nothing of the kind',
    code: person.totp ? person.code() : '123456',
    response: '{}',
    method: 'totp',
    decision: 'allow',
  };
}

async function perform(browser: PageBrowser, path: string, person: Person, act: string): Promise<void> {
  const paths: Record<string, [string, Record<string, string>]> = {
    password: ['', { username: person.username, password: PASSWORD }],
    'wrong password': ['', { username: person.username, password: 'wrong' }],
    totp: ['/totp', { code: person.code() }],
    'wrong totp': ['/totp', { code: '000000' }],
    sms: ['/sms', { code: '123456' }],
    again: ['/sms/again', {}],
    'to sms': ['/method', { method: 'sms-code' }],
    passkey: ['/passkey', { response: '{}' }],
    enrol: ['/new-factor/totp', { code: person.code() }],
    'enrol passkey': ['/new-factor/passkey', { response: '{}' }],
    '/continue': ['/continue', {}],
    '/decline': ['/decline', {}],
    '/consent': ['/consent', { decision: 'allow' }],
    'other account': ['/other-account', {}],
  };
  await browser.open(path);
  const [below, posted] = paths[act] ?? ['', undefined];
  if (posted) await browser.post(path + below, posted);
}
