import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { toNextStep } from '../../attacks/support/clock.ts';
import { signIn } from '../../attacks/support/walks.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import { mailedCode, openConsole } from '../account/console.ts';
import { contestBy, NOT_ME, noticeTo, takeOver, toChoice, walkBack } from './contests.ts';
import { typePassword, WORDS } from './steps.ts';
import { type Application, useWorld } from './world.ts';

const NEW = 'a quiet harbour in spring';
const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => {
  world().later(16 * 60_000);
  toNextStep(world());
});

const words = NOT_ME.en;
const otherDigits = (digits: string) => (digits === '00' ? '11' : '00');
const frozen = async ({ id }: Person) => (await world().ports.store.accounts.load(id))?.frozenAt ?? null;

describe('A10 "It wasn’t me"', () => {
  test('changes nothing on GET and HEAD; says what was done, and the way back before anything that is pressed', async () => {
    const person = await world().person();
    await takeOver(world(), person);
    const { link } = await noticeTo(world(), person, WORDS.en.replaced);
    const scanner = world().browser();
    await scanner.request(link, { method: 'HEAD' });
    const page = await scanner.open(link);
    expect([page.path, page.heading]).toEqual(['/not-me', "Wasn't this you?"]);
    const told = [
      'What Your second factor was replaced',
      'When',
      'Where',
      'With',
      'The way back',
      'your mailbox your password your authenticator app',
      'What happens at once',
      'Nobody can sign in to the account or recover it',
      'This stops working: Authenticator app',
      'The two digits in the e-mail',
    ].map((said) => page.text.indexOf(said));
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told).not.toContain(-1);
    expect(await frozen(person)).toBeNull();
  });

  test('a scanner that presses the button, with nothing or with guesses, blocks nobody', async () => {
    const person = await world().person();
    const { link, digits } = await noticeTo(world(), person, words.added);
    const scanner = world().browser();
    const page = await scanner.open(link);
    const empty = await scanner.press(page, words.block);
    expect([empty.status, empty.alert]).toEqual([422, expect.stringContaining('Enter the two digits')]);
    expect((await scanner.press(page, words.block, { digits: '123' })).alert).toContain('two digits');
    const tries = [];
    for (let guess = 0; guess < 4; guess += 1) {
      const answer = await scanner.press(page, words.block, { digits: otherDigits(digits) });
      tries.push(/(\d) tr/.exec(answer.alert)?.[1] ?? answer.status);
    }
    expect(tries).toEqual(['2', '1', 410, 410]);
    // The link is spent now, for the right digits too.
    expect((await scanner.press(page, words.block, { digits })).status).toBe(410);
    expect((await world().browser().open(link)).status).toBe(410);
    expect(await frozen(person)).toBeNull();
  });

  test('A22 is refused one second after its time; A7 with the token of another link', async () => {
    const person = await world().person();
    const { link, digits } = await noticeTo(world(), person, words.added);
    const browser = world().browser();
    const page = await browser.open(link);
    world().later(7 * 86_400_000 + 1_000);
    expect((await browser.press(page, words.block, { digits })).status).toBe(410);
    const token = (await world().invited()).link.split('/').at(-1);
    expect((await browser.open(`/not-me/${token}`)).status).toBe(410);
    expect(await frozen(person)).toBeNull();
  });
});

describe.each(['en', 'fr'] as const)('in %s', (locale) => {
  test('X3 the owner blocks the account, walks back with the old app, and finds everything as it was', async () => {
    const here = { recovery: WORDS[locale], ...NOT_ME[locale] };
    const person = await world().person({ locale });
    const { page: inside } = await signIn(world(), app, world().browser(), person, { locale });
    expect(inside.url.searchParams.get('code')).not.toBeNull();
    const thiefs = await takeOver(world(), person, locale);
    const told = await noticeTo(world(), person, here.recovery.replaced);
    const owner = world().browser({ language: locale });
    const blocked = await contestBy(owner, { ...told, digits: ` ${told.digits} ` }, locale);
    expect([blocked.status, blocked.path, blocked.heading]).toEqual([200, '/not-me/blocked', here.blocked]);
    expect(blocked.link(here.unblock)).toBe('/lost-credentials');
    // Reloading repeats nothing, and the link is dead.
    expect((await owner.open('/not-me/blocked')).text).toBe(blocked.text);
    expect((await owner.open(told.link)).status).toBe(410);

    // Everybody was told, by SMS without a link.
    await world().mail(person.email, here.blocked);
    const sms = await world().sms(person.phone, locale === 'en' ? /was blocked/ : /a été bloqué/);
    expect(sms.text).not.toMatch(/https?:|\/\//);

    // Whoever has the right password is told why, and where to go on.
    const stranger = world().browser({ language: locale });
    const end = await typePassword(stranger, (await app.open(stranger)).page, person, PASSWORD, locale);
    expect(end.heading).toBe(here.blocked);
    expect(end.links.map(({ text }) => text)).toContain(here.recovery.lost);

    const choice = await toChoice(world(), owner, person, locale);
    expect(choice.buttons.filter((text) => text !== '')).toEqual([here.unblock]);
    const last = await walkBack(world(), owner, person, { locale });
    expect(last.text).toContain(
      locale === 'en' ? 'what you reported is undone' : 'ce que vous avez signalé sera annulé',
    );
    const same = await owner.press(last, here.recovery.setPassword, { password: PASSWORD });
    expect([same.status, same.alert]).toEqual([422, expect.stringContaining(locale === 'en' ? 'had' : "qu'avait")]);
    const done = await owner.press(last, here.recovery.setPassword, { password: NEW });
    expect([done.path, done.heading]).toEqual(['/lost-credentials/done', here.open]);
    expect(done.text).toContain(
      locale === 'en' ? 'Works again Authenticator app' : "Fonctionne de nouveau Application d'authentification",
    );
    expect(done.text).toContain(locale === 'en' ? 'Undone Authenticator app' : "Annulé Application d'authentification");
    await world().mail(person.email, here.open);

    // The old app signs in beside the new password; the thief's app and the old password do not.
    const again = await signIn(world(), app, world().browser(), person, { password: NEW, locale });
    expect(again.page.url.searchParams.get('code')).not.toBeNull();
    const thief = world().browser();
    const half = await typePassword(thief, (await app.open(thief)).page, person, NEW);
    const refused = await thief.press(half, here.recovery.continue, { code: codeOf(thiefs, Date.now()) });
    expect(refused.status).toBe(422);
    const old = await typePassword(thief, (await app.open(thief)).page, person);
    expect(old.alert).not.toBe('');
  });
});

test('the way back is support where nobody recovers by themselves, and both pages say so', async () => {
  const person = await world().person();
  const told = await noticeTo(world(), person, words.added);
  await world().policy(PRESETS.off);
  try {
    const browser = world().browser();
    expect((await browser.open(told.link)).text).toContain('Support checks who you are');
    const blocked = await contestBy(browser, told);
    expect(blocked.text).toContain('Support checks who you are');
    expect(blocked.links.map(({ text }) => text)).not.toContain(words.unblock);
    const mail = await world().mail(person.email, 'until support opens it again');
    expect(mail.text).not.toContain('Lost credentials');
  } finally {
    await world().policy(PRESETS['password-sms']);
  }
});

/** A thief who has watched a code: a new browser, and in it another username and an address of theirs. */
async function watched(person: Person): Promise<{ readonly address: string }> {
  await signIn(world(), app, world().browser(), person);
  await noticeTo(world(), person, words.browser);
  world().later(60_000);
  const thief = world().browser();
  await signIn(world(), app, thief, person);
  world().later(30_000);
  await thief.press(await openConsole(world(), thief, person, '/account/username'), 'Save', { username: made() });
  const address = `${made()}@thieves.example`;
  const asked = await thief.press(await thief.open('/account/contacts/add-email'), undefined, { email: address });
  await thief.press(asked, undefined, { code: await mailedCode(world(), address) });
  return { address };
}
let names = 0;
const made = () => `thief${(names += 1)}${Date.now() % 1_000_000}`;

test('A10 whoever has only found the link reads no address, no name of a device, and nothing of what else was done', async () => {
  const person = await world().person();
  const { address } = await watched(person);
  const { credentials } = (await world().ports.store.accounts.load(person.id)) ?? { credentials: [] };
  const appId = credentials.find(({ kind }) => kind === 'totp')?.id ?? '';
  await world().ports.store.credentials.relabel(person.id, appId, 'Phone of Zoé');
  const page = await world()
    .browser()
    .open((await noticeTo(world(), person, 'A new address or number')).link);
  expect(page.text).toContain('This stops working: t•••@t•••.example.');
  const enrolled = await world()
    .browser()
    .open((await noticeTo(world(), person, words.added)).link);
  expect(enrolled.text).toContain('This stops working: Authenticator app and t•••@t•••.example.');
  for (const shown of [page, enrolled]) {
    expect(shown.html).not.toMatch(/also-|checkbox|new browser|username was changed/);
    expect(shown.html).not.toContain(address);
    expect(shown.html).not.toContain('Zoé');
  }
  // A username that is an address is not spelled out either.
  await world().ports.store.accounts.rename(person.id, person.email, person.email.toLowerCase(), {
    id: crypto.randomUUID(),
    keptUntil: Date.now(),
  });
  const again = await world()
    .browser()
    .open((await noticeTo(world(), person, words.browser)).link);
  expect(again.html).not.toContain(person.email);
});

test('once it is blocked, what else was done is asked: ticked where it is likely the same hand, and stopped with it', async () => {
  const person = await world().person();
  await watched(person);
  const told = await noticeTo(world(), person, words.browser);
  const owner = world().browser();
  const page = await contestBy(owner, told);
  expect([page.path, page.heading]).toEqual(['/not-me/also', 'Was this not you either?']);
  expect(await frozen(person)).not.toBeNull();
  const [mine] = (await noticesOf(person)).filter(({ kind }) => kind === 'new-browser').toReversed();
  const boxes = [...page.html.matchAll(/<input type="checkbox"[^>]*>/g)].map(([box]) => box);
  expect(boxes.map((box) => / checked/.test(box))).toEqual([true, true, false, false]);
  expect(boxes[2]).toContain(`also-${mine?.id}`);

  // Nobody else sees it, and it is there for as long as the browser's note is.
  expect((await world().browser().open('/not-me/also')).path).toBe('/lost-credentials');
  const blocked = await owner.press(page, 'Stop these too');
  expect([blocked.path, blocked.heading]).toEqual(['/not-me/blocked', words.blocked]);
  expect(blocked.text).toContain('t•••@t•••.example');
  const contested = (await noticesOf(person)).filter(({ contestedAt }) => contestedAt !== null);
  expect(contested.map(({ kind }) => kind).toSorted()).toEqual(['contact-added', 'new-browser', 'username-changed']);
  // The address that came with it hears no more of the account.
  expect((await world().ports.store.accounts.load(person.id))?.contacts.map(({ value }) => value)).not.toContain(
    expect.stringContaining('thieves'),
  );
  const rest = await owner.open(blocked.link('See what else was done lately'));
  expect([rest.path, (rest.html.match(/checkbox/g) ?? []).length]).toEqual(['/not-me/also', 2]);
  expect((await owner.open(rest.link('All of these were me'))).heading).toBe(words.blocked);
  world().later(3_601_000);
  // Whoever has kept what the browser has dropped has nothing.
  for (const [key, cookie] of owner.jar) owner.jar.set(key, { ...cookie, expires: Number.MAX_SAFE_INTEGER });
  for (const path of ['/not-me/blocked', '/not-me/also'])
    expect([path, (await owner.open(path)).path]).toEqual([path, '/lost-credentials']);
});

test('X3 what this browser has blocked stops nothing more once the account is open again, nor in another account', async () => {
  const person = await world().person();
  await watched(person);
  const owner = world().browser();
  const page = await contestBy(owner, await noticeTo(world(), person, words.browser));
  const other = await world().person();
  const [theirs] = await noticesOf(other);
  await owner.post('/not-me/also', { _csrf: page.csrf, [`also-${theirs?.id}`]: 'yes' });
  expect((await noticesOf(other)).every(({ contestedAt }) => contestedAt === null)).toBe(true);
  await world().ports.store.transaction(async (tx) => {
    await tx.accounts.update(person.id, { frozenAt: null });
    await tx.notices.settle(person.id, Date.now());
  });
  const before = await noticesOf(person);
  expect((await owner.press(page, 'Stop these too')).path).toBe('/not-me/blocked');
  expect((await owner.open('/not-me/also')).path).toBe('/not-me/blocked');
  expect(await noticesOf(person)).toEqual(before);
  expect(await frozen(person)).toBeNull();
});

async function noticesOf({ id }: Person) {
  return world().ports.store.notices.toldSince(id, 0, 50);
}
