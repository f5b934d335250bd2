import * as oidc from 'openid-client';
import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { EmergencyCodeRequest } from '../../../src/flows/administration/emergency-code-terms.ts';
import { revokeEmergencyCode } from '../../../src/flows/administration/revoke-emergency-code.ts';
import { postOnly } from '../../attacks/support/browsers.ts';
import { issueCode } from '../../support/emergency-codes.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { type Application, useWorld } from '../recovery/world.ts';

const USE = { en: 'Use an emergency code', fr: "Utiliser un code d'urgence" } as const;
const CODE_AMR = 'urn:regain:amr:emergency-code';
const world = useWorld();
let notes: Application;
let other: Application;
beforeAll(async () => {
  notes = await world().application('Notes');
  other = await world().application('Calendar');
});
beforeEach(() => world().policy(PRESETS['password-sms']));

const administration = () => world().running.context.administration;
const issue = (person: Person, more: Partial<EmergencyCodeRequest> = {}) => issueCode(administration(), person, more);
const arrived = ({ path, url }: PageOf) => path === '/callback' && url.searchParams.has('code');
const codeOf = async ({ id }: Person) => (await world().ports.store.accounts.load(id))?.emergencyCode;
const kinds = async ({ id }: Person) =>
  (await world().ports.store.activity.of(id, { limit: 100 })).map(({ kind }) => kind);

/** To the page of the emergency code, at an application. */
async function comeToCode(person: Person, at: Application = notes, browser: Browser = world().browser(), params = {}) {
  const asked = await at.open(browser, params);
  const second = await browser.press(asked.page, undefined, { username: person.username, password: PASSWORD });
  const page = second.buttons.includes(USE.en) ? await browser.press(second, USE.en) : second;
  return { asked, browser, second, page };
}

async function signIn(
  person: Person,
  code: string,
  at: Application = notes,
  browser: Browser = world().browser(),
  params = {},
) {
  const come = await comeToCode(person, at, browser, params);
  const after = await come.browser.press(come.page, 'Continue', { code });
  const page = after.buttons.includes('Allow') ? await come.browser.press(after, 'Allow') : after;
  return { ...come, after, page };
}

describe('the page (CONTRACT "Pages")', () => {
  it.each([
    ['en', 'Second factor', 'Code'],
    ['fr', 'Deuxième facteur', 'Code'],
  ] as const)('%s: a button beside the others, a field for letters, no keypad', async (locale, heading, label) => {
    const person = await world().person({ locale });
    await issue(person);
    const browser = world().browser({ language: locale });
    const asked = await notes.open(browser);
    const second = await browser.press(asked.page, undefined, { username: person.username, password: PASSWORD });
    expect(second.heading).toBe(heading);
    expect(second.html).toContain('inputmode="numeric"');
    const page = await browser.press(second, USE[locale]);
    expect([page.heading, page.lang]).toEqual([heading, locale]);
    expect(page.html).toContain(`<label for="f-code">${label}</label>`);
    expect(page.html).toMatch(/name="code"(?![^>]*inputmode)/);
    expect(page.buttons.some((text) => /authent/.test(text))).toBe(true);
  });

  it('is not shown where no code is out, or before the password', async () => {
    const person = await world().person();
    const { second } = await comeToCode(person);
    expect(second.buttons).not.toContain(USE.en);
    await issue(person);
    const asked = await notes.open(world().browser());
    expect(asked.page.html).not.toContain(USE.en);
  });

  it('is the only way of who has lost every other', async () => {
    const person = await world().person();
    await issue(person);
    const browser = world().browser();
    const asked = await notes.open(browser);
    const second = await browser.press(asked.page, undefined, { username: person.username, password: PASSWORD });
    const lost = await browser.open(`${second.path}/lost`);
    await browser.press(lost, undefined, { totp: 'on' });
    const again = await notes.open(browser);
    const page = await browser.press(again.page, undefined, { username: person.username, password: PASSWORD });
    expect(page.html).toContain('Enter the emergency code');
    const after = await browser.press(page, 'Continue', { code: await issue(person) });
    expect(after.path === '/callback' || after.buttons.includes('Allow')).toBe(true);
  });
});

describe('M3 signing in with it', () => {
  it('is honest in acr and amr, in the ID token and at introspection; told, audited, spent', async () => {
    const person = await world().person();
    const code = await issue(person);
    const { asked, page } = await signIn(person, code.toLowerCase().replaceAll('-', ' '), notes, undefined, {
      acr_values: 'urn:regain:acr:1',
    });
    expect(arrived(page)).toBe(true);
    const tokens = await asked.tokens(page);
    const claims = tokens.claims();
    expect(claims).toMatchObject({ acr: 'urn:regain:acr:1', amr: ['pwd', CODE_AMR] });
    const told = await oidc.tokenIntrospection(notes.config, tokens.access_token);
    expect(told).toMatchObject({ active: true, acr: 'urn:regain:acr:1' });
    expect(await codeOf(person)).toMatchObject({ usesLeft: 0 });
    expect(await kinds(person)).toContain('emergency-code.used');
    const mail = await world().mail(person.email, 'Somebody signed in with an emergency code');
    expect(mail.text).toContain('/not-me/');
    expect(JSON.stringify([mail.text, world().log()])).not.toContain(code.replaceAll('-', ''));
  });

  it('cannot reach more than it carries: a step-up is refused, and an operator’s of class 2 says so with mfa', async () => {
    const person = await world().person();
    const first = await signIn(person, await issue(person), notes, undefined, { acr_values: 'urn:regain:acr:2' });
    expect(first.page.path).not.toBe('/callback');
    await world().policy({
      ...PRESETS['password-sms'],
      emergencyCode: {
        ...PRESETS['password-sms'].emergencyCode,
        operator: { ...PRESETS['password-sms'].emergencyCode.operator, acr: 'urn:regain:acr:2' },
      },
    });
    const { asked, page } = await signIn(person, await issue(person, { acr: 'urn:regain:acr:2' }), notes, undefined, {
      acr_values: 'urn:regain:acr:2',
    });
    expect((await asked.tokens(page)).claims()).toMatchObject({
      acr: 'urn:regain:acr:2',
      amr: ['pwd', CODE_AMR, 'mfa'],
    });
  });

  it('slips cost nothing; a wrong, spent, ended or early code and one for another application each say what is so', async () => {
    const person = await world().person();
    const code = await issue(person, { uses: 1 });
    const { browser, page } = await comeToCode(person);
    const say = async (typed: string, on: { browser: Browser; page: PageOf } = { browser, page }) =>
      (await on.browser.press(on.page, 'Continue', { code: typed })).alert;
    expect(await say(' ')).toContain('Enter the code.');
    expect(await say('123456')).toContain('16 letters and digits');
    const slip = `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`;
    for (let n = 0; n < 12; n += 1) expect(await say(slip)).toContain('One character is wrong');
    const former = code;
    const now = await issue(person);
    expect(await say(former)).toContain('is not right');
    expect(arrived((await signIn(person, now)).page)).toBe(true);
    expect(await say(now, await comeToCode(person))).toContain('was used already');

    const early = await issue(person, { from: Date.now() + 3_600_000, lifetime: 600 });
    expect(await say(early, await comeToCode(person))).toContain('not valid yet');
    world().later(2 * 3_600_000);
    expect(await say(early, await comeToCode(person))).toContain('no longer valid');
    const scoped = await issue(person, { clients: [clientOf(other)] });
    expect(await say(scoped, await comeToCode(person))).toContain('not for Notes');
    expect(arrived((await signIn(person, scoped, other)).page)).toBe(true);
  });

  it('A12 A13 guesses are counted per account before they are compared, whatever browser they come from', async () => {
    const person = await world().person();
    const code = await issue(person);
    const doors = await Promise.all(Array.from({ length: 5 }, () => comeToCode(person)));
    const wrong = await issue(await world().person());
    const tried = Array.from({ length: 40 }, (_, n) => doors[n % doors.length]).flatMap((door) => door ?? []);
    const guesses = await Promise.all(
      tried.map(({ browser, page }) => browser.press(page, 'Continue', { code: wrong })),
    );
    const compared = guesses.filter((guess) => guess.alert.includes('is not right')).length;
    expect(compared).toBeGreaterThan(0);
    expect(compared).toBeLessThanOrEqual(10);
    expect(guesses.filter((guess) => guess.status === 429).length).toBe(40 - compared);
    // The right one waits as well, and cleared cookies change nothing.
    expect((await signIn(person, code)).after.status).toBe(429);
    world().later(3_600_000);
    expect(arrived((await signIn(person, code)).page)).toBe(true);
  });

  it('A14 fifty sign-ins at once spend a code of one use once, and one of three uses three times', async () => {
    for (const [uses, tries] of [
      [1, 50],
      [3, 20],
    ] as const) {
      const person = await world().person();
      const code = await issue(person, { uses });
      const doors: Awaited<ReturnType<typeof comeToCode>>[] = [];
      // One after the other: passwords at once are counted as well.
      while (doors.length < 10) doors.push(await comeToCode(person));
      const tried = Array.from({ length: tries }, (_, n) => doors[n % 10]).flatMap((door) => door ?? []);
      const after = await Promise.all(
        tried.map(({ browser, page }) =>
          postOnly(browser, page, `${new URL(page.url).pathname}/emergency-code`, { code }),
        ),
      );
      expect(after.filter(({ status }) => status >= 500)).toEqual([]);
      expect((await kinds(person)).filter((kind) => kind === 'emergency-code.used')).toHaveLength(uses);
      expect(await codeOf(person)).toMatchObject({ usesLeft: 0 });
    }
  }, 120_000);
});

describe('revoking', () => {
  it('the tokens of the sign-in end with the code, and so does the session', async () => {
    const person = await world().person();
    const { asked, page, browser } = await signIn(person, await issue(person), notes, undefined, {
      scope: 'openid offline_access',
      prompt: 'consent',
    });
    const tokens = await asked.tokens(page);
    expect(await oidc.tokenIntrospection(notes.config, tokens.access_token)).toMatchObject({ active: true });
    expect(await oidc.fetchUserInfo(notes.config, tokens.access_token, person.id)).toMatchObject({ sub: person.id });
    expect(await revokeEmergencyCode(administration(), person.username)).toMatchObject({
      changed: true,
      sessionsEnded: 1,
    });
    expect(await oidc.tokenIntrospection(notes.config, tokens.access_token)).toMatchObject({ active: false });
    await expect(oidc.fetchUserInfo(notes.config, tokens.access_token, person.id)).rejects.toThrow(/./);
    await expect(oidc.refreshTokenGrant(notes.config, tokens.refresh_token ?? '')).rejects.toThrow(/./);
    expect((await notes.open(browser)).page.path).toMatch(/^\/sign-in\//);
    await world().mail(person.email, 'was taken back');
  });

  it('a sign-in that is under way is over, and a session by the app lives on', async () => {
    const person = await world().person();
    const code = await issue(person, { uses: 2 });
    const byApp = await comeToCode(person);
    const back = await byApp.browser.press(byApp.page, 'Use an authenticator app');
    world().later(30_000);
    const consent = await byApp.browser.press(back, undefined, { code: person.code() });
    expect(arrived(await byApp.browser.press(consent, 'Allow'))).toBe(true);
    const { browser, page } = await comeToCode(person);
    await revokeEmergencyCode(administration(), person.username);
    const after = await browser.press(page, 'Continue', { code });
    expect(arrived(after) || after.buttons.includes('Allow')).toBe(false);
    expect(arrived((await notes.open(byApp.browser)).page)).toBe(true);
  });
});

test('M5 the session of a code for named applications opens no other one', async () => {
  const person = await world().person();
  const browser = world().browser();
  const code = await issue(person, { clients: [clientOf(notes)] });
  expect(arrived((await signIn(person, code, notes, browser)).page)).toBe(true);
  expect(arrived((await notes.open(browser)).page)).toBe(true);
  const elsewhere = await other.open(browser);
  expect(elsewhere.page.path).toMatch(/^\/sign-in\//);
  const second = await browser.press(elsewhere.page, undefined, { username: person.username, password: PASSWORD });
  world().later(30_000);
  const after = await browser.press(second, undefined, { code: person.code() });
  expect(arrived(after) || after.buttons.includes('Allow')).toBe(true);
});

function clientOf({ config }: Application): string {
  return config.clientMetadata().client_id;
}
