import { beforeEach, describe, expect, it } from 'vitest';
import type { Locale } from '../../../src/domain/message.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { postOnly } from '../../attacks/support/browsers.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import { mailedCode } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { smsCode } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';

const START = '/emergency-access';
const CODE = '/emergency-access/code';
const WORDS = {
  en: {
    title: 'Emergency access',
    sms: 'By SMS',
    email: 'By e-mail',
    generate: 'Generate an emergency code',
    go: 'Continue',
    mail: 'Your code for emergency access',
  },
  fr: {
    title: "Accès d'urgence",
    sms: 'Par SMS',
    email: 'Par e-mail',
    generate: "Générer un code d'urgence",
    go: 'Continuer',
    mail: "Votre code pour l'accès d'urgence",
  },
} as const satisfies Record<Locale, Record<string, string>>;
const world = useWorld();
const preset = PRESETS['emergency-code'];
beforeEach(() => world().policy(preset));

/** E-mail and SMS, where requirements are low: both inboxes make a code or set a password. */
const byMail: Policy = {
  ...preset,
  secondFactor: { required: true, kinds: ['totp', 'passkey', 'sms-code'] },
  routes: {
    ...preset.routes,
    'emergency-code': [{ id: 'email-and-sms', proofs: ['email-code', 'sms-code'], when: 'bound' }],
  },
};

const load = async ({ id }: Person) => world().ports.store.accounts.load(id);
const audits = async ({ id }: Person) =>
  (await world().ports.store.activity.of(id, { limit: 100 })).map(({ kind }) => kind);
const shownCode = (page: PageOf) =>
  /data-testid="emergency-code">([^]*?)<\/code>/.exec(page.html)?.[1]?.replaceAll(/<[^>]*>/g, '') ?? '';

async function identify(person: Person, browser: Browser = world().browser(), password: string = PASSWORD) {
  const start = await browser.open(START);
  return { browser, page: await browser.press(start, undefined, { username: person.username, password }) };
}

async function prove(person: Person, by: 'sms' | 'email', locale: Locale = 'en', browser?: Browser) {
  const walk = await identify(person, browser);
  const asks = await walk.browser.press(walk.page, WORDS[locale][by]);
  const code =
    by === 'sms' ? await smsCode(world(), person) : await mailedCode(world(), person.email, foldedSubject(locale));
  return { ...walk, asks, page: await walk.browser.press(asks, WORDS[locale].go, { code }) };
}
const foldedSubject = (locale: Locale) => (locale === 'fr' ? 'Votre code pour' : WORDS.en.mail);

describe.each(['en', 'fr'] as const)('M2 %s', (locale) => {
  it.each(['sms', 'email'] as const)(
    'by password and %s: the code is shown once, with its uses and its end, and signs in',
    async (by) => {
      const words = WORDS[locale];
      const person = await world().person({ locale });
      const browser = world().browser({ language: locale });
      const { asks, page } = await prove(person, by, locale, browser);
      expect(asks.html).not.toContain(person.email);
      expect(page.path).toBe(CODE);
      expect(page.buttons).toEqual([words.generate]);
      expect((await load(person))?.emergencyCode).toBeNull();
      const made = await browser.press(page, words.generate);
      expect(made.lang).toBe(locale);
      expect(shownCode(made)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(made.text).toMatch(locale === 'en' ? /signs in 1 time/ : /1 fois/);
      expect(made.text).toContain('(UTC)');
      const account = await load(person);
      expect(account?.emergencyCode).toMatchObject({ usesLeft: 1, issuedBy: 'owner', highestAcr: 'urn:regain:acr:1' });
      expect(account?.recoveredAt).not.toBeNull();
      expect(await audits(person)).toContain('emergency-code.made');
      const told = await world().mail(
        person.email,
        locale === 'en' ? 'An emergency code was made' : 'urgence a été créé',
      );
      expect(told.text).toContain('/not-me/');
      expect(world().log()).not.toContain(shownCode(made).replaceAll('-', ''));

      const first = await browser.open(made.link(locale === 'en' ? 'Sign in' : "S'authentifier"));
      const second = await browser.press(first, undefined, { username: person.username, password: PASSWORD });
      const entry = await browser.press(
        second,
        locale === 'en' ? 'Use an emergency code' : "Utiliser un code d'urgence",
      );
      const list = await browser.press(entry, words.go, { code: shownCode(made) });
      expect(list.path).toBe('/account/devices');
      // Once is once: the code is at no address.
      expect((await browser.open(CODE)).status).toBe(410);
    },
  );
});

describe('what is sent, and shown, when', () => {
  it('nothing is sent and no address is shown before the first proof, nor before somebody chose', async () => {
    const person = await world().person();
    const before = await world().sentTo(person);
    const { browser, page } = await identify(person);
    expect(page.path).toBe('/emergency-access/way');
    expect(page.text).toMatch(/By e-mail.*@.*By SMS/);
    expect(page.html).not.toContain(person.email);
    expect(page.html).not.toContain(person.phone);
    await browser.open('/emergency-access/sms');
    expect(await world().sentTo(person)).toEqual(before);
    await browser.press(page, 'By SMS');
    expect(await world().sentTo(person)).toEqual({ ...before, sms: before.sms + 1 });
  });

  it('a step that is not its turn, and a way that is not asked for, lead to the page whose turn it is', async () => {
    const person = await world().person();
    const { browser, page } = await identify(person);
    for (const path of [
      CODE,
      '/emergency-access/email',
      '/emergency-access/new-password',
      '/emergency-access/password',
    ])
      expect([path, (await browser.open(path)).path]).toEqual([path, '/emergency-access/way']);
    const answer = await postOnly(browser, page, CODE, { want: 'code' });
    expect([answer.status, (await load(person))?.emergencyCode]).toEqual([303, null]);
    expect((await world().browser().open(CODE)).status).toBe(410);
  });

  it('wrong codes are counted, and a used one is used', async () => {
    const person = await world().person();
    const { browser, page } = await identify(person);
    const asks = await browser.press(page, 'By e-mail');
    const code = await mailedCode(world(), person.email, WORDS.en.mail);
    const other = code === '123456' ? '654321' : '123456';
    const wrong = await browser.press(asks, 'Continue', { code: other });
    expect([wrong.status, wrong.alert.includes('left')]).toEqual([422, true]);
    const right = await browser.press(asks, 'Continue', { code });
    expect(right.path).toBe(CODE);
    // The same code in another browser's emergency access is nothing.
    const thief = await identify(person);
    const theirs = await thief.browser.press(thief.page, 'By e-mail');
    expect((await thief.browser.press(theirs, 'Continue', { code })).path).toBe('/emergency-access/email');
  });
});

it('A14 A35 fifty presses at once make one code, and nothing else comes of these proofs', async () => {
  const person = await world().person();
  const { browser, page } = await prove(person, 'email');
  const answers = await Promise.all(Array.from({ length: 50 }, () => postOnly(browser, page, CODE, { want: 'code' })));
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(answers.filter((answer) => shownCode(answer.page) !== '')).toHaveLength(1);
  expect((await audits(person)).filter((kind) => kind === 'emergency-code.made')).toHaveLength(1);
  for (const path of [CODE, '/emergency-access/new-password'])
    expect((await postOnly(browser, page, path, { want: 'password', password: 'a quiet new harbour' })).status).toBe(
      303,
    );
  expect(await audits(person)).not.toContain('password.set');
});

const grid = async (names: readonly string[], fields: Record<string, string>) => {
  const seen: string[] = [];
  for (const username of names) {
    const browser = world().browser();
    const start = await browser.open(START);
    const { status, location, page } = await postOnly(browser, start, START, { username, ...fields });
    const body = page.html.replaceAll(username, 'NAME').replaceAll(/value="[\w.-]{20,}"|nonce-?="?[\w+/=-]+/g, '');
    seen.push(JSON.stringify([status, location, [...page.headers.keys()].toSorted(), body]));
  }
  return seen;
};

describe('A11 who has an account', () => {
  it('a wrong password: the same for known, unknown, suspended and never bound', async () => {
    const known = await world().person();
    const suspended = await world().person();
    await world().suspend(suspended);
    const unbound = await world().person({ totp: false });
    const names = [known.username, 'nobody-at-all', suspended.username, unbound.username, known.email];
    const seen = await grid(names, { password: 'not the right one' });
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toContain('422');
    expect(seen[0]).not.toMatch(/•|\*{2}/);
  });

  it('where the mailbox comes first: the same walk for everybody, and a decoy’s code is never right', async () => {
    await world().policy(byMail);
    const known = await world().person();
    const suspended = await world().person();
    await world().suspend(suspended);
    const names = [known.username, 'nobody-either', suspended.username];
    expect(new Set(await grid(names, {})).size).toBe(1);
    const pages: string[] = [];
    for (const username of names) {
      const browser = world().browser();
      const sent = await browser.press(await browser.open(START), undefined, { username });
      expect(sent.path).toBe('/emergency-access/email');
      const other = await browser.press(sent, 'Continue', { code: '000000' });
      const away = await browser.open(CODE);
      pages.push(
        JSON.stringify(
          [sent.text, other.status, other.alert, away.path, away.text].map((text) =>
            String(text).replaceAll(username, 'NAME'),
          ),
        ),
      );
    }
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).not.toContain('@');
  });
});

async function both(person: Person) {
  const browser = world().browser();
  const sent = await browser.press(await browser.open(START), undefined, { username: person.username });
  const way = await browser.press(sent, 'Continue', { code: await mailedCode(world(), person.email, WORDS.en.mail) });
  expect(way.buttons).toEqual(['By SMS']);
  const sms = await browser.press(way, 'By SMS');
  return { browser, page: await browser.press(sms, 'Continue', { code: await smsCode(world(), person) }) };
}

describe('where the mailbox comes first', () => {
  beforeEach(() => world().policy(byMail));

  it('M2 A35 offers a code or the password where decide allows both, and gives one of them', async () => {
    const person = await world().person();
    const { browser, page } = await both(person);
    expect(page.buttons).toEqual(['Generate an emergency code', 'Reset my password']);
    const form = await browser.press(page, 'Reset my password');
    expect(form.path).toBe('/emergency-access/new-password');
    expect((await postOnly(browser, page, CODE, { want: 'code' })).status).toBe(303);
    const set = await browser.press(form, undefined, { password: 'a quiet new harbour' });
    expect(set.heading).toBe('Your new password is set');
    const account = await load(person);
    expect(account?.emergencyCode).toBeNull();
    const [password] = account?.credentials.filter(({ kind }) => kind === 'password') ?? [];
    expect(password?.unsettledUntil).toBeGreaterThan(Date.now());
    expect((await postOnly(browser, page, CODE, { want: 'code' })).location).toContain('/emergency-access/');
    expect((await load(person))?.emergencyCode).toBeNull();
  });

  it('A35 a password that a recovery has just set makes no code by the preset', async () => {
    const person = await world().person();
    const { browser, page } = await both(person);
    const form = await browser.press(page, 'Reset my password');
    await browser.press(form, undefined, { password: 'a quiet new harbour' });
    await world().policy(preset);
    const again = await identify(person, world().browser(), 'a quiet new harbour');
    expect(again.page.path).toBe(CODE);
    expect(again.page.status).toBe(403);
    expect(again.page.buttons).not.toContain('Generate an emergency code');
  });
});

describe('the link on the sign-in page', () => {
  it('leads there with the name that was typed, where the organization offers it, and back to the application', async () => {
    const notes = await world().application('Notes');
    const person = await world().person();
    const browser = world().browser();
    const asked = await notes.open(browser, { login_hint: person.username });
    const start = await browser.open(asked.page.link('Emergency access'));
    expect([start.path, start.heading]).toEqual([START, 'Emergency access']);
    expect(start.formWith().fields['username']).toBe(person.username);
    const { page } = await prove(person, 'email', 'en', browser);
    const made = await browser.press(page, 'Generate an emergency code');
    const back = await browser.open(made.link('Sign in'));
    expect(back.text).toContain('To continue to Notes');
    const second = await browser.press(back, undefined, { username: person.username, password: PASSWORD });
    const entry = await browser.press(second, 'Use an emergency code');
    const after = await browser.press(entry, 'Continue', { code: shownCode(made) });
    expect(after.buttons.includes('Allow') || after.path === '/callback').toBe(true);
  });
});
