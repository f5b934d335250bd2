import { sql } from 'kysely';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Person } from '../support/people.ts';
import { openConsole, signInAt } from '../web/account/console.ts';
import {
  anotherPasskey,
  browserOf,
  FIREFOX,
  heldBy,
  IPHONE,
  idOf,
  LIST,
  listed,
  openAct,
  openDevice,
} from '../web/account/device-pages.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { allow, enrolShown, typePassword, WORDS, walkToNewFactor } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { rows } from './support/rows.ts';
import { signIn } from './support/walks.ts';

const MINUTE = 60_000;
const words = WORDS.en;

const world = useWorld();
let receiver: Receiver;
let notes: Application;
beforeAll(async () => {
  receiver = await startReceiver();
  notes = await world().application('Notes', { backchannelLogoutUri: receiver.url });
});
afterAll(() => receiver.close());

/** Everything that gives a way in, or takes one away for good. */
async function tryAll(browser: Browser, person: Person, csrf: string): Promise<string[]> {
  const [totp, passkey] = [await idOf(world(), person, 'totp'), await idOf(world(), person, 'passkey')];
  const forms: [string, Record<string, string>][] = [
    ['/add/app', { pending: '', name: '', code: '000000' }],
    ['/add/passkey', { pending: '', name: '', response: '{}' }],
    [`/${passkey}/on`, {}],
    [`/${passkey}/remove`, {}],
    [`/${totp}/remove`, {}],
  ];
  const ends: string[] = [];
  for (const [path, fields] of forms) {
    const page = await browser.post(`${LIST}${path}`, { _csrf: csrf, ...fields });
    ends.push(page.path.replace(/[\w-]{43}$/, 'UID'));
  }
  for (const path of ['/add', '/add/app', '/add/passkey', `/${passkey}/on`]) {
    const page = await browser.open(`${LIST}${path}`);
    ends.push(page.path.replace(/[\w-]{43}$/, 'UID'));
  }
  return [...new Set(ends)];
}

async function withPasskeyOff(): Promise<Person> {
  const person = await world().person({ passkey: true });
  // A second one, so that none is the last.
  await anotherPasskey(world(), person);
  await world().ports.store.credentials.setState(person.id, [await idOf(world(), person, 'passkey')], 'off');
  return person;
}

describe('A4 a session that is not enough', () => {
  it('that is too old adds, switches on and removes nothing: it leads to the sign-in', async () => {
    const person = await withPasskeyOff();
    const browser = browserOf(world(), FIREFOX);
    const page = await openConsole(world(), browser, person, `${LIST}/${await idOf(world(), person, 'totp')}`);
    world().later(21 * MINUTE);
    const before = await heldBy(world(), person);
    expect(await tryAll(browser, person, page.csrf)).toEqual(['/sign-in/UID']);
    expect(await heldBy(world(), person)).toEqual(before);
    // The person comes back to the page that was asked for, and goes on there.
    const asked = await browser.open(`${LIST}/add/app`);
    const back = await signInAt(world(), browser, person, asked);
    expect([back.path, back.heading]).toEqual([`${LIST}/add/app`, 'Add an authenticator app']);
  });

  it('of one factor, as a recovery leaves it, neither; it may switch off and block', async () => {
    const person = await withPasskeyOff();
    const browser = browserOf(world(), FIREFOX);
    const asked = await notes.open(browser);
    await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
    const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
    await allow(browser, await browser.open(done.page.link('Continue to Notes')));
    for (let n = 0; n < 2; n += 1) await anotherPasskey(world(), person);
    const page = await openDevice(browser, 'Authenticator app');
    const before = await heldBy(world(), person);
    await world().ports.store.credentials.setState(person.id, [await idOf(world(), person, 'passkey')], 'off');
    expect(await tryAll(browser, person, page.csrf)).toEqual(['/sign-in/UID']);
    expect((await heldBy(world(), person)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    const blocked = await browser.press(await openAct(browser, 'Passkey', 'Block for good'), 'Block it');
    expect([blocked.path, blocked.text.includes('“Passkey” is blocked for good.')]).toEqual([LIST, true]);
  });

  it('that is over does nothing at all', async () => {
    const person = await world().person({ passkey: true });
    const [browser, other] = [browserOf(world(), FIREFOX), browserOf(world(), IPHONE)];
    await openConsole(world(), browser, person, LIST);
    await openConsole(world(), other, person, LIST);
    const asked = await openAct(browser, 'Passkey', 'Block for good');
    await other.press(await openAct(other, 'Firefox on Linux', 'Sign it out'));
    const page = await browser.press(asked, 'Block it');
    expect(page.heading).toBe('Sign in to your account');
    expect((await heldBy(world(), person)).map(({ state }) => state)).toEqual(['active', 'active']);
  });
});

describe('A20 after blocking', () => {
  const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' };

  /** Signed in to an application in another browser, and to the console here by the passkey alone or by what is given. */
  async function everythingOpen() {
    const person = await world().person({ passkey: true });
    const [here, away] = [browserOf(world(), FIREFOX), browserOf(world(), IPHONE)];
    const { asked, page } = await signIn(world(), notes, away, person, { params: OFFLINE });
    const tokens = await asked.tokens(page);
    await openConsole(world(), here, person, LIST);
    return { person, here, away, tokens, sid: tokens.claims()?.['sid'] };
  }
  type Open = Awaited<ReturnType<typeof everythingOpen>>;

  async function nothingWorks({ person, away, tokens, sid }: Open): Promise<void> {
    const refresh = oidc.refreshTokenGrant(notes.config, tokens.refresh_token ?? '');
    await expect(refresh).rejects.toMatchObject({ error: 'invalid_grant' });
    const info = oidc.fetchUserInfo(notes.config, tokens.access_token, person.id);
    await expect(info).rejects.toMatchObject({ status: 401 });
    for (const token of [tokens.access_token, tokens.refresh_token ?? ''])
      expect(await oidc.tokenIntrospection(notes.config, token)).toEqual({ active: false });
    expect((await away.open('/account')).heading).toBe('Sign in to your account');
    const silent = (await notes.open(away, { prompt: 'none' })).page.url.searchParams;
    expect([silent.get('error'), silent.get('code')]).toEqual(['login_required', null]);
    while (!receiver.heard.some((token) => token.sub === person.id && token.sid === sid)) await receiver.next();
  }

  it('the browser: its session, tokens and consent are dead, the application is told, it cannot sign in; this one stays', async () => {
    const open = await everythingOpen();
    const { here, away, person } = open;
    const asked = await openAct(here, 'Safari on iPhone', 'Block for good');
    expect(asked.text).toContain('1 session in it ends at once');
    const done = await here.press(asked, 'Block it');
    expect(listed(done).at(-1)?.text).toContain(
      'Safari on iPhone Blocked Nobody can sign in with this browser any more.',
    );
    await nothingWorks(open);
    const page = await typePassword(away, (await notes.open(away)).page, person);
    world().later(30_000);
    const refused = await away.press(page, words.continue, { code: person.code() });
    expect(refused.url.href).not.toContain(CALLBACK);
    expect(refused.text).toContain('The owner of the account has blocked this browser.');
    expect((await here.open(LIST)).heading).toBe('Devices');
    await world().mail(person.email, 'A device was blocked');
  });

  it.each([
    ['Block for good', 'Block it'],
    ['Switch off for now', 'Switch it off'],
    ['Remove', 'Remove it'],
  ])(
    'the factor by “%s”: whatever stands on it is dead, here too, where its owner signs in again',
    async (act, button) => {
      const open = await everythingOpen();
      const { here } = open;
      const asked = await openAct(here, 'Authenticator app', act);
      expect(asked.text).toContain('2 sessions that were opened with it end at once');
      expect(asked.text).toContain('You signed in here with it: you will be signed out here, too.');
      const done = await here.press(asked, button);
      expect(done.heading).toBe('Sign in to your account');
      await nothingWorks(open);
    },
  );
});

describe('a race with a sign-in', () => {
  it.each(['after', 'before'] as const)(
    'the block comes %s the end of the sign-in: it opens nothing',
    async (order) => {
      const person = await world().person({ passkey: true });
      const [here, away] = [browserOf(world(), FIREFOX), browserOf(world(), IPHONE)];
      await openConsole(world(), here, person, LIST);
      const asked = await openAct(here, 'Authenticator app', 'Block for good');
      const page = await typePassword(away, (await notes.open(away)).page, person);
      world().later(30_000);
      const block = () => here.press(asked, 'Block it');
      if (order === 'after') betweenCommitAndSession(block);
      else await block();
      const left = await away.press(page, words.continue, { code: person.code() });
      expect((await allow(away, left)).url.href).not.toContain(CALLBACK);
      expect((await away.open('/account')).heading).toBe('Sign in to your account');
      expect((await heldBy(world(), person)).map(({ kind, state }) => [kind, state])).toEqual([
        ['totp', 'blocked'],
        ['passkey', 'active'],
      ]);
      expect(
        await rows(world(), sql`select 1 from oidc_records where account_id = ${person.id} and model = 'Session'`),
      ).toEqual([]);
    },
  );

  it('both at once, over and over: no session stands on what is blocked', async () => {
    for (let round = 0; round < 6; round += 1) {
      const person = await world().person({ passkey: true });
      const [here, away] = [browserOf(world(), FIREFOX), browserOf(world(), IPHONE)];
      await openConsole(world(), here, person, LIST);
      const asked = await openAct(here, 'Authenticator app', 'Block for good');
      const application = await notes.open(away);
      const page = await typePassword(away, application.page, person);
      world().later(30_000);
      const [left] = await Promise.all([
        away.press(page, words.continue, { code: person.code() }),
        here.press(asked, 'Block it'),
      ]);
      const end = await allow(away, left);
      // Blocked right after it: the code was given out, and is worth nothing.
      const gets = end.url.href.startsWith(CALLBACK) ? application.tokens(end) : Promise.reject(new Error('no code'));
      await expect(gets).rejects.toThrow(/no code|invalid|error/i);
      expect((await away.open('/account')).heading).toBe('Sign in to your account');
      expect((await notes.open(away, { prompt: 'none' })).page.url.searchParams.get('error')).toBe('login_required');
    }
  });
});

/** Does `meanwhile` between the commit of the sign-in and its being handed to the provider. */
function betweenCommitAndSession(meanwhile: () => Promise<unknown>): void {
  const { store } = world().ports;
  const original = store.transaction.bind(store);
  const spy = vi.spyOn(store, 'transaction').mockImplementation(async (work) => {
    const result = await original(work);
    if (hasSignedIn(result)) {
      spy.mockRestore();
      await meanwhile();
    }
    return result;
  });
}
function hasSignedIn(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'outcome' in result && result.outcome === 'signed-in';
}
