import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD, type Person } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import { contestBy, NOT_ME, noticeTo, takeOver, toChoice, walkBack } from '../web/recovery/contests.ts';
import { enrolShown, smsCode, typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { toNextStep } from './support/clock.ts';
import { signIn, walkToNewPassword } from './support/walks.ts';

const DAY = 86_400_000;
const NEW = 'a quiet harbour in spring';
const words = { ...WORDS.en, ...NOT_ME.en };
const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => {
  world().later(16 * 60_000);
  toNextStep(world());
});

const frozenAt = async ({ id }: Person) => (await world().ports.store.accounts.load(id))?.frozenAt ?? null;
/** What a fresh e-mail offers to do. */
const offered = async (person: Person) => {
  world().later(15 * 60_000);
  const page = await toChoice(world(), world().browser(), person);
  return page.buttons.filter((text) => text !== '');
};

async function lifted(person: Person, browser: Browser): Promise<void> {
  const done = await browser.press(await walkBack(world(), browser, person), words.setPassword, { password: NEW });
  expect(done.heading).toBe(words.open);
}

describe('A26 nobody is locked out by a stranger', () => {
  test('who has neither the message nor a session finds nothing to press', async () => {
    const [person, stranger] = [await world().person(), await world().person()];
    const told = await noticeTo(world(), person, words.added);
    const browser = world().browser();
    const own = await noticeTo(world(), stranger, words.added);
    // The page of the stranger's own notice, with the digits of the other one; tokens of the right shape.
    const page = await browser.open(own.link);
    if (told.digits !== own.digits) await browser.press(page, words.block, { digits: told.digits });
    for (const token of ['x'.repeat(43), told.link.split('/').at(-1)?.toUpperCase() ?? ''])
      expect((await browser.open(`/not-me/${token}`)).status).toBe(410);
    const [notice] = await world().ports.store.notices.toldSince(person.id, 0, 1);
    const signedIn = world().browser();
    await signIn(world(), app, signedIn, stranger);
    const { csrf } = await signedIn.open('/account/name');
    expect((await signedIn.post(`/account/notices/${notice?.id}/not-me`, { _csrf: csrf })).status).toBe(410);
    expect(await frozenAt(person)).toBeNull();
  });

  test('who reads the mailbox freezes once for each message, and finds none after the way back, however often the owner signs in there', async () => {
    const person = await world().person();
    const home = world().browser();
    await signIn(world(), app, home, person);
    const [first, older] = [
      await noticeTo(world(), person, words.browser),
      await noticeTo(world(), person, words.added),
    ];
    expect((await contestBy(world().browser(), first)).heading).toBe(words.blocked);
    world().later(16 * 60_000);
    await lifted(person, home);
    expect((await world().browser().open(older.link)).status).toBe(410);
    const { mails } = await world().sentTo(person);
    for (const _ of ['twice', 'more']) {
      home.jar.forEach((cookie, key) => cookie.name.includes('session') && home.jar.delete(key));
      const { page } = await signIn(world(), app, home, person, { password: NEW });
      expect(page.url.searchParams.get('code')).not.toBeNull();
    }
    expect((await world().sentTo(person)).mails).toBe(mails);
  });
});

describe('A36 the thief of the phone', () => {
  test('stops an honest recovery and gains nothing: no password, no way back', async () => {
    const person = await world().person();
    // The owner has a new SIM card, and recovers; the thief has the mailbox on the phone, and the old app.
    await takeOver(world(), person);
    const told = await noticeTo(world(), person, words.replaced);
    const thief = world().browser();
    expect((await contestBy(thief, told)).heading).toBe(words.blocked);
    expect(await offered(person)).toEqual([words.unblock]);
    world().later(15 * 60_000);
    const page = await thief.press(await toChoice(world(), thief, person), words.unblock);
    expect(page.path).toBe('/lost-credentials/password');
    const guessed = await thief.press(page, words.signIn, { password: 'a guess at it' });
    expect([guessed.path, guessed.alert === '']).toEqual(['/lost-credentials/password', false]);
    // Posting to later pages leads nowhere (A1).
    const { csrf } = page;
    for (const [path, fields] of [
      ['/lost-credentials/second-factor/totp', { code: person.code() }],
      ['/lost-credentials/new-password', { password: NEW }],
    ] as const)
      expect((await thief.post(path, { _csrf: csrf, ...fields })).path).toBe('/lost-credentials/password');
    expect(await frozenAt(person)).not.toBeNull();
  });

  test('who reported the phone lost before is not given it back by a veto: the page says so, and who can help', async () => {
    const person = await world().person();
    const account = await world().ports.store.accounts.load(person.id);
    const lost = account?.credentials.find(({ kind }) => kind === 'totp')?.id ?? '';
    await world().ports.store.credentials.setState(person.id, [lost], 'off', Date.now());
    await takeOver(world(), person);
    const told = await noticeTo(world(), person, words.replaced);
    const browser = world().browser();
    expect((await browser.open(told.link)).text).toContain('You cannot unblock this account without help');
    const blocked = await contestBy(browser, told);
    expect(blocked.links.map(({ text }) => text)).not.toContain(words.unblock);
    world().later(15 * 60_000);
    const choice = await toChoice(world(), browser, person);
    expect([choice.heading, choice.buttons.length]).toEqual(['Nothing can be reset here just now', 0]);
    expect(choice.text).toContain('something that was not used for what you contested');
    await expect(walkBack(world(), browser, person)).rejects.toThrow('no button');
  });

  test('X3 mailbox, SIM and the old password do not overrule an owner who reset it with the app', async () => {
    const person = await world().person();
    const owner = world().browser();
    await owner.press(await walkToNewPassword(world(), owner, person), words.setPassword, { password: NEW });
    const told = await noticeTo(world(), person, words.reset);
    const thief = world().browser();
    await contestBy(thief, told);
    world().later(15 * 60_000);
    let page = await thief.press(await toChoice(world(), thief, person), words.unblock);
    page = await thief.press(page, words.signIn, { password: PASSWORD });
    // The app is asked, and no code by SMS is offered in its place.
    expect([page.path, page.buttons]).toEqual(['/lost-credentials/second-factor', [words.continue]]);
    const { csrf } = page;
    const sms = await thief.post('/lost-credentials/second-factor/method', { _csrf: csrf, method: 'sms-code' });
    expect(sms.path).not.toBe('/lost-credentials/sms');
    expect(await frozenAt(person)).not.toBeNull();
  });
});

describe('A35 the way back is no step to another recovery', () => {
  test('what it set counts in none, until it has signed in beside the second factor', async () => {
    const person = await world().person();
    await takeOver(world(), person);
    const told = await noticeTo(world(), person, words.replaced);
    const owner = world().browser();
    await contestBy(owner, told);
    world().later(15 * 60_000);
    await lifted(person, owner);
    // The new password carries no recovery of the second factor, nor does the number that was used.
    expect(await offered(person)).not.toContain(words.factor);
    world().later(7 * DAY);
    await signIn(world(), app, world().browser(), person, { password: NEW });
    expect(await offered(person)).toContain(words.factor);
  });

  test('one walk reaches one end: its proofs do nothing else, and it is not walked twice', async () => {
    const person = await world().person();
    await takeOver(world(), person);
    const owner = world().browser();
    await contestBy(owner, await noticeTo(world(), person, words.replaced));
    world().later(15 * 60_000);
    const last = await walkBack(world(), owner, person);
    const done = await owner.press(last, words.setPassword, { password: NEW });
    expect(done.heading).toBe(words.open);
    const again = await owner.press(last, words.setPassword, { password: 'another quiet harbour' });
    expect(again.path).toBe('/lost-credentials/done');
    for (const goal of ['lift-freeze', 'reset-second-factor', 'reset-password'])
      expect((await owner.post('/lost-credentials/choose', { _csrf: last.csrf, goal })).path).toBe(
        '/lost-credentials/done',
      );
    const page = await typePassword(owner, (await app.open(owner)).page, person, NEW);
    expect(page.heading).toBe('Second factor');
  });
});

test('X3 the cooling period: what a thief would change waits, and an old channel cancels the recovery meanwhile', async () => {
  const person = await world().person();
  const thief = world().browser();
  const secret = await takeOver(world(), person);
  await signIn(world(), app, thief, person, { secret });
  for (const path of [
    '/account/contacts/add-phone',
    '/account/contacts/add-email',
    '/account/username',
    '/account/data/close',
  ]) {
    const page = await thief.open(path);
    expect([path, page.status, page.heading]).toEqual([path, 403, 'This has to wait a little']);
  }
  const owner = world().browser();
  await contestBy(owner, await noticeTo(world(), person, words.replaced));
  world().later(15 * 60_000);
  await lifted(person, owner);
  expect((await thief.open('/account')).heading).toBe('Sign in to your account');
  const { page } = await signIn(world(), app, world().browser(), person, { password: NEW });
  expect(page.url.searchParams.get('code')).not.toBeNull();
  const account = await world().ports.store.accounts.load(person.id);
  expect(account?.credentials.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
    'password active',
    'totp active',
  ]);
});

test('a way back by SMS registers a second factor where none is left, and can itself be contested', async () => {
  const person = await world().person();
  // What an administrator enrolled was used by nobody: every way is good.
  const owner = world().browser();
  await contestBy(owner, await noticeTo(world(), person, words.added));
  world().later(15 * 60_000);
  let page = await owner.press(await toChoice(world(), owner, person), words.unblock);
  page = await owner.press(page, words.signIn, { password: PASSWORD });
  page = await owner.press(page, words.continue, { code: await smsCode(world(), person) });
  expect(page.text).toContain('After this you register a second factor.');
  page = await owner.press(page, words.setPassword, { password: NEW });
  expect(page.text).toContain('what you reported is undone');
  const { page: done } = await enrolShown(owner, page);
  expect(done.heading).toBe(words.open);
  expect((await contestBy(world().browser(), await noticeTo(world(), person, words.reset))).heading).toBe(
    words.blocked,
  );
});
