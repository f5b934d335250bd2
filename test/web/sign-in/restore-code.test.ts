import { beforeAll, beforeEach, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { enrolTotpByCli } from '../../../src/flows/administration/enrol-totp-by-cli.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import { openConsole } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { allow, enrolShown, typePassword, WORDS, walkToNewFactor } from '../recovery/steps.ts';
import { type Application, useWorld } from '../recovery/world.ts';

const ASKED = 'Do you want a restore code?';
const EVERY_SECOND = {
  ...PRESETS['restore-code'],
  restoreCode: { ...PRESETS['restore-code'].restoreCode, promptAtSignIn: 2 },
};
const world = useWorld();
let notes: Application;
beforeAll(async () => {
  notes = await world().application('Notes');
});
beforeEach(() => world().policy(EVERY_SECOND));

const codeOn = (page: PageOf) =>
  /data-testid="restore-code">([^]*?)<\/code>/.exec(page.html)?.[1]?.replaceAll(/<[^>]*>/g, '') ?? '';
const accountOf = async ({ id }: Person) => world().ports.store.accounts.load(id);
const arrived = ({ path, url }: PageOf) => path === '/callback' && url.searchParams.has('code');

/** Name, password and code, for the application; what comes after. */
async function signIn(person: Person, browser: Browser = world().browser(), params: Record<string, string> = {}) {
  const asked = await notes.open(browser, params);
  const second = await browser.press(asked.page, undefined, { username: person.username, password: PASSWORD });
  world().later(30_000);
  const after = await browser.press(second, undefined, { code: person.code() });
  const page = after.buttons.includes('Allow') ? await browser.press(after, 'Allow') : after;
  return { asked, browser, page };
}

it('is proposed at the n-th sign-in, says what is lost, is made there, and leads on to the application (S1)', async () => {
  const person = await world().person();
  expect(arrived((await signIn(person)).page)).toBe(true);
  const { asked, browser, page } = await signIn(person);
  expect([page.heading, page.text.includes('If you lose your phone')]).toEqual([ASKED, true]);
  const shown = await browser.open(page.link('Activate now'));
  const wrong = await browser.press(shown, 'Activate', { code: 'nonsense' });
  expect([wrong.status, codeOn(wrong)]).toEqual([422, codeOn(shown)]);
  const file = await browser.press(shown, 'Download as a text file');
  expect(file.html).toContain(codeOn(shown));
  const done = await browser.press(wrong, 'Activate', { code: codeOn(shown) });
  expect(arrived(done)).toBe(true);
  expect((await asked.tokens(done)).id_token).toBeTypeOf('string');
  expect((await accountOf(person))?.restoreCode).not.toBeNull();
  expect(arrived((await signIn(person)).page)).toBe(true);
  expect(arrived((await signIn(person)).page)).toBe(true);
});

it('later: asked again after as many; never: not any more', async () => {
  const person = await world().person();
  await signIn(person);
  const second = await signIn(person);
  expect(second.page.heading).toBe(ASKED);
  // A reload, and the same request opened again, ask the same.
  expect((await second.browser.open(second.page.path)).heading).toBe(ASKED);
  expect(arrived(await second.browser.press(second.page, 'Later'))).toBe(true);
  expect(arrived((await signIn(person)).page)).toBe(true);
  const fourth = await signIn(person);
  expect(fourth.page.heading).toBe(ASKED);
  expect(arrived(await fourth.browser.press(fourth.page, 'Never'))).toBe(true);
  for (let time = 0; time < 3; time += 1) expect(arrived((await signIn(person)).page)).toBe(true);
  expect((await accountOf(person))?.signInsAsked).toBe(-1);
});

it('is not asked with prompt=none, in a session that is there, on the way to the console, where none is offered or forbidden', async () => {
  const person = await world().person();
  const first = await signIn(person);
  await signIn(person);
  const again = await notes.open(first.browser);
  expect(arrived(again.page)).toBe(true);
  expect(arrived((await notes.open(first.browser, { prompt: 'none' })).page)).toBe(true);
  expect((await openConsole(world(), world().browser(), person)).heading).toBe('Your account');
  const { db } = world().running.context.database;
  await db.updateTable('accounts').set({ restore_forbidden: true }).where('id', '=', person.id).execute();
  expect(arrived((await signIn(person)).page)).toBe(true);
  await db.updateTable('accounts').set({ restore_forbidden: false }).where('id', '=', person.id).execute();
  await world().policy(PRESETS['password-sms']);
  expect(arrived((await signIn(person)).page)).toBe(true);
  await world().policy(EVERY_SECOND);
  expect((await signIn(person)).page.heading).toBe(ASKED);
});

const due = ({ id }: Person) => world().ports.store.accounts.update(id, { signInsAsked: 9 });

it('is not asked on a step-up, even where it is due', async () => {
  await world().policy({ ...EVERY_SECOND, secondFactor: { ...EVERY_SECOND.secondFactor, required: false } });
  const person = await world().person({ totp: false });
  const browser = world().browser();
  const signedIn = await typePassword(browser, (await notes.open(browser)).page, person);
  expect(arrived(await allow(browser, signedIn))).toBe(true);
  const enrolled = await enrolTotpByCli(world().running.context.administration, person.username);
  if (enrolled.outcome === 'refused') throw new Error(enrolled.reason);
  await due(person);
  const asked = await notes.open(browser, { acr_values: 'urn:regain:acr:2' });
  expect(asked.page.heading).toBe('Second factor');
  const code = codeOf(enrolled.secret, Date.now());
  expect(arrived(await browser.press(asked.page, undefined, { code }))).toBe(true);
  // Nor does it turn a silent sign-in into an error; the next sign-in asks.
  expect(arrived((await notes.open(browser, { prompt: 'none' })).page)).toBe(true);
  const again = world().browser();
  const second = await typePassword(again, (await notes.open(again)).page, person);
  world().later(30_000);
  const code2 = codeOf(enrolled.secret, Date.now());
  expect((await again.press(second, undefined, { code: code2 })).heading).toBe(ASKED);
});

it('is not asked in the sign-in that a recovery ends in, nor before the recovery has cooled down', async () => {
  const person = await world().person();
  await due(person);
  const browser = world().browser();
  const { page } = await notes.open(browser);
  await browser.press(await browser.open(page.link(WORDS.en.lost)), WORDS.en.submit, { username: person.username });
  const { page: receipt, secret } = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  expect(receipt.heading).toBe(WORDS.en.replaced);
  expect(arrived(await allow(browser, await browser.open(receipt.link('Continue to Notes'))))).toBe(true);
  const signInAgain = async () => {
    const other = world().browser();
    world().later(30_000);
    const second = await typePassword(other, (await notes.open(other)).page, person);
    return other.press(second, undefined, { code: codeOf(secret, Date.now()) });
  };
  expect(arrived(await signInAgain())).toBe(true);
  world().later(EVERY_SECOND.lifetimes.cooling * 1000);
  expect((await signInAgain()).heading).toBe(ASKED);
});

it('nobody else answers it: another browser, or a press without the session', async () => {
  const person = await world().person();
  await signIn(person);
  const { page, browser } = await signIn(person);
  expect(page.heading).toBe(ASKED);
  expect((await world().browser().open(page.path)).status).toBe(410);
  const gone = browser.copy();
  await world().ports.store.sessions.endAll(person.id);
  const pressed = await gone.press(page, 'Never');
  expect([arrived(pressed), (await accountOf(person))?.signInsAsked]).toEqual([false, 2]);
});
