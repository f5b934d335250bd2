import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { codeOf, type Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { allow, ask, enrolShown, letterTo, typePassword, WORDS, walkToNewFactor } from '../web/recovery/steps.ts';
import { type Application, CALLBACK, useWorld } from '../web/recovery/world.ts';
import { audited, rows } from './support/rows.ts';
import { signIn } from './support/walks.ts';

const words = WORDS.en;
const MINUTE = 60_000;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => world().later(16 * MINUTE));

/** From a page of a sign-in: a recovery of one's own, up to a last step that is refused. */
async function setOtherRecoveryGoing(browser: Browser, from: PageOf, person: Person): Promise<void> {
  await browser.press(await browser.open(from.link(words.lost)), undefined, { username: person.username });
  const page = await browser.press(await browser.open((await letterTo(world(), person)).link), words.password);
  expect((await browser.press(page, words.setPassword, { password: 'short' })).status).toBe(422);
}

test('A19 a step-up left open when the owner recovers opens nothing, whatever else its browser recovers', async () => {
  const [owner, thief] = [await world().person({ passkey: true }), await world().person({ totp: false })];
  const [home, away] = [world().browser(), world().browser()];
  const asked = await app.open(away, { acr_values: 'phr' });
  const page = await typePassword(away, asked.page, owner);
  const parked = await away.press(page, words.continue, { code: owner.code() });
  expect(parked.buttons).toContain('Skip this step');

  await setOtherRecoveryGoing(away, parked, thief);

  await ask(home, owner.username);
  const done = await enrolShown(home, await walkToNewFactor(world(), home, owner));
  expect(done.page.heading).toBe(words.replaced);

  const left = await away.post(`${parked.path}/decline`, { _csrf: parked.csrf });
  expect((await allow(away, left)).url.href).not.toContain(CALLBACK);
  expect((await away.open('/account')).heading).toBe('Sign in to your account');
});

test('A19 a sign-in that is being completed while the owner recovers opens nothing', async () => {
  const person = await world().person();
  const [home, away] = [world().browser(), world().browser()];
  await ask(home, person.username);
  const last = await walkToNewFactor(world(), home, person);
  const asked = await app.open(away);
  const page = await typePassword(away, asked.page, person);

  // Between the commit of the sign-in and its being handed to the provider.
  const { store } = world().ports;
  const original = store.transaction.bind(store);
  let recovered: PageOf | undefined;
  const spy = vi.spyOn(store, 'transaction').mockImplementation(async (work) => {
    const result = await original(work);
    if (recovered === undefined && hasSignedIn(result)) {
      spy.mockRestore();
      recovered = (await enrolShown(home, last)).page;
    }
    return result;
  });
  const left = await away.press(page, words.continue, { code: person.code() });
  expect(recovered?.heading).toBe(words.replaced);
  expect((await allow(away, left)).url.href).not.toContain(CALLBACK);
  expect(left.heading).toBe('This page is no longer open');
  expect((await away.open('/account')).heading).toBe('Sign in to your account');
  expect(await audited(world(), person.id, 'sessions.ended')).toBe(1);
});

function hasSignedIn(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'outcome' in result && result.outcome === 'signed-in';
}

test('somebody else who signs in ends the session before, for good, and applications are told by jobs', async () => {
  const notes = await world().application('Listening', { backchannelLogoutUri: 'http://127.0.0.1:9/bye' });
  const [before, after] = [await world().person(), await world().person()];
  const browser = world().browser();
  const first = await signIn(world(), notes, browser, before);
  const sid = (await first.asked.tokens(first.page)).claims()?.['sid'];
  const uids = () =>
    rows<{ uid: Buffer }>(
      world(),
      sql`select session_uid as uid from oidc_records where account_id = ${before.id} and model = 'Session'`,
    );
  const [session] = await uids();
  const second = await signIn(world(), notes, browser, after, { params: { prompt: 'login' } });
  expect((await second.asked.tokens(second.page)).claims()?.sub).toBe(after.id);
  expect(await uids()).toEqual([]);
  const ended = await rows(world(), sql`select 1 as one from ended_sessions where session_uid = ${session?.uid}`);
  expect(ended).toEqual([{ one: 1 }]);
  const jobs = await rows<{ data: unknown }>(world(), sql`select data from jobs.job where name = 'tell-logout'`);
  expect(jobs.map(({ data }) => data)).toContainEqual(expect.objectContaining({ accountId: before.id, sid }));
  expect(await audited(world(), before.id, 'sessions.ended')).toBe(1);
});

test('a step-up left open opens nothing after a sign-out', async () => {
  const [person, other] = [await world().person({ passkey: true }), await world().person({ totp: false })];
  const browser = world().browser();
  const asked = await app.open(browser, { acr_values: 'phr' });
  const page = await typePassword(browser, asked.page, person);
  const parked = await browser.press(page, words.continue, { code: person.code() });
  expect(parked.buttons).toContain('Skip this step');
  await setOtherRecoveryGoing(browser, parked, other);
  await browser.press(await browser.open('/session/end'));
  const left = await browser.post(`${parked.path}/decline`, { _csrf: parked.csrf });
  expect((await allow(browser, left)).url.href).not.toContain(CALLBACK);
  expect((await browser.open('/account')).heading).toBe('Sign in to your account');
});

test('the account page shows nothing to a session that is weaker than the policy requires, and sends nobody in a circle', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await app.open(browser);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  await allow(browser, await browser.open(done.page.link('Continue to Notes')));
  const before = await browser.open('/account');
  expect(before.heading).toBe('Your account');
  expect(before.text).toContain(person.phone);
  try {
    await world().policy(PRESETS.strict);
    const page = await browser.open('/account');
    expect(page.heading).toBe('Second factor');
    expect(page.text).not.toContain(person.phone);
    // "Not now": back without what is required, to a page that says so.
    const back = await browser.post(`${page.path}/abort`, { _csrf: page.csrf });
    expect(back.path).toBe('/account');
    expect(back.text).not.toContain(person.phone);
    world().later(30_000);
    const again = await browser.open('/account');
    const shown = await browser.press(again, words.continue, { code: codeOf(done.secret, Date.now()) });
    expect([shown.path, shown.heading]).toEqual(['/account', 'Your account']);
    expect(shown.text).toContain(person.phone);
  } finally {
    await world().policy(PRESETS['password-sms']);
  }
});
