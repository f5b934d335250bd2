import { beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { requireNewFactor } from '../../../src/flows/administration/require-new-factor.ts';
import { suspendAccount } from '../../../src/flows/administration/suspend-account.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import { mailedCode } from '../account/console.ts';
import type { Browser } from '../recovery/browser.ts';
import { PageOf } from '../recovery/page.ts';
import { seen } from '../recovery/seen.ts';
import { otherThan } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';

const START = '/emergency-access';
const ASK = '/emergency-access/request';
const MINUTE = 60_000;
const WORDS = {
  en: { title: 'Emergency access', email: 'By e-mail', again: 'Send it again', help: 'How it works', sent: 'newest' },
  fr: {
    title: "Accès d'urgence",
    email: 'Par e-mail',
    again: "Renvoyer l'e-mail",
    help: 'Comment cela',
    sent: 'plus récent',
  },
} as const;
const SUBJECT = { en: 'Your code for emergency access', fr: 'Votre code pour' } as const;
const world = useWorld();
const preset = PRESETS['emergency-code'];
const usual = PRESETS['password-sms'];
const closed: Policy = {
  ...usual,
  emergencyCode: { ...usual.emergencyCode, operator: { ...usual.emergencyCode.operator, requests: false } },
};
/** Where requirements are low: the mailbox comes first. */
const byMail: Policy = {
  ...preset,
  secondFactor: { required: true, kinds: ['totp', 'passkey', 'sms-code'] },
  routes: {
    ...preset.routes,
    'emergency-code': [{ id: 'email-and-sms', proofs: ['email-code', 'sms-code'], when: 'bound' }],
  },
};
// Each test has the caps of a quarter of an hour for itself.
beforeEach(() => world().later(16 * MINUTE));

const hrefs = (page: PageOf) => page.links.map(({ href }) => href);
async function identify(person: Person, browser: Browser = world().browser()) {
  const start = await browser.open(START);
  return { browser, page: await browser.press(start, undefined, { username: person.username, password: PASSWORD }) };
}

describe('the way there', () => {
  it.each(['en', 'fr'] as const)('%s: is on the sign-in page wherever the page helps anybody', async (locale) => {
    const notes = await world().application('Notes');
    for (const [policy, helps] of [
      [preset, true],
      [usual, true],
      [closed, false],
    ] as const) {
      await world().policy(policy);
      const isThere = async () => {
        const { page } = await notes.open(world().browser({ language: locale }));
        return page.links.some(({ text }) => text === WORDS[locale].title);
      };
      // What stands for everybody is kept in memory, and told of a new policy a moment later.
      await expect.poll(isThere).toBe(helps);
    }
  });

  it('leads to asking where nobody makes a code, and the page says so', async () => {
    await world().policy(usual);
    const notes = await world().application('Notes');
    const browser = world().browser();
    const { page } = await notes.open(browser, { login_hint: 'ada' });
    const start = await browser.open(page.link('Emergency access'));
    expect(start.buttons).not.toContain('Continue');
    expect(start.text).toContain('does not let people make an emergency code by themselves');
    const form = await browser.open(start.link('Ask the help desk for an emergency code'));
    expect([form.path, form.formWith('Send the request').fields['username']]).toEqual([ASK, 'ada']);
  });

  it('stands at the dead end of a sign-in without any factor, unless requests are off or the account is suspended', async () => {
    const notes = await world().application('Notes');
    const end = async (person: Person) => {
      const browser = world().browser();
      const { page } = await notes.open(browser);
      return browser.press(page, undefined, { username: person.username, password: PASSWORD });
    };
    const [bare, suspended] = [await world().person(), await world().person()];
    const { administration } = world().running.context;
    await requireNewFactor(administration, bare.username, { reason: 'lost' });
    await suspendAccount(administration, suspended.username);
    await world().policy(usual);
    const page = await end(bare);
    expect(page.heading).toContain('Your second factor can no longer be used');
    expect(hrefs(page)).toContain(ASK);
    const shut = await end(suspended);
    expect([shut.heading.includes('blocked'), hrefs(shut).includes(ASK)]).toEqual([true, false]);
    await world().policy(closed);
    expect(hrefs(await end(bare))).not.toContain(ASK);
  });
});

describe.each(['en', 'fr'] as const)('T2 “Send it again”, %s', (locale) => {
  const words = WORDS[locale];

  it('a minute after the first e-mail another one; its code counts and the first one no more; help is at hand', async () => {
    await world().policy(preset);
    const person = await world().person({ locale });
    const { browser, page } = await identify(person, world().browser({ language: locale }));
    const asks = await browser.press(page, words.email);
    const first = await mailedCode(world(), person.email, SUBJECT[locale]);
    expect(asks.html).toMatch(/disabled data-wait="\d+"/);
    expect((await browser.post(`${START}/email/again`, { _csrf: asks.csrf })).status).toBe(429);
    world().later(MINUTE);
    const before = await world().sentTo(person);
    const again = await browser.press(await browser.open(`${START}/email`), words.again);
    expect(again.text).toContain(words.sent);
    expect((await world().sentTo(person)).mails).toBe(before.mails + 1);
    const second = await mailedCode(world(), person.email, SUBJECT[locale]);
    const former = first === second ? otherThan(second) : first;
    expect((await browser.post(again.path, { _csrf: again.csrf, code: former })).status).toBe(422);
    expect((await browser.post(again.path, { _csrf: again.csrf, code: second })).path).toBe(`${START}/code`);
    const link = again.links.find(({ text }) => text.startsWith(words.help));
    expect((await browser.open(link?.href ?? '')).heading).toContain(locale === 'en' ? 'Emergency access' : 'urgence');
  });
});

/** What an answer tells: the address of a request and times of the day differ between any two. */
const told = (page: PageOf, name: string) =>
  JSON.stringify(seen(page, name)).replaceAll(/request\/[\w-]{43}|\d\d:\d\d \(UTC\)/g, 'DIFFERS');

/** The answer to a form itself, before it is followed. */
async function answer(browser: Browser, path: string, fields: Record<string, string>): Promise<PageOf> {
  const { csrf } = await browser.open(path);
  const body = new URLSearchParams({ _csrf: csrf, ...fields }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await browser.request(path, { method: 'POST', body, headers });
  const to = new URL(response.headers.get('location') ?? path, 'http://localhost:3000');
  return new PageOf(to, response.status, response.headers, await response.text());
}

describe('A11 asking for an emergency code', () => {
  const TYPED = { reason: 'my bag was stolen', reach: 'by phone' };

  /** Everything that whoever asks gets to see of a name, four times over: more than are filed in a day. */
  async function everythingSeen(name: string): Promise<string[]> {
    const pages: PageOf[] = [];
    for (let times = 0; times < 4; times += 1) {
      const browser = world().browser();
      const posted = await answer(browser, ASK, { username: name, ...TYPED });
      pages.push(posted, await world().browser().open(posted.path));
      if (times === 0) pages.push(await browser.open(START), await browser.open(ASK));
    }
    return pages.map((page) => told(page, name));
  }

  it('known by name and address, unknown, suspended, blocked, never set up: page after page the same', async () => {
    await world().policy(usual);
    const [known, suspended, frozen] = [await world().person(), await world().person(), await world().person()];
    await world().suspend(suspended);
    await world().ports.store.accounts.update(frozen.id, { frozenAt: Date.now() });
    const invited = await world().invited();
    const reference = await everythingSeen('nobody-at-all');
    for (const name of [known.username, known.email, suspended.username, frozen.username, invited.email])
      expect(await everythingSeen(name), `for ${name}`).toEqual(reference);
    // Behind the pages it was not the same: the factor that was added, and three requests.
    expect((await world().sentTo(known)).mails).toBe(4);
  }, 60_000);

  it('answers leave on a grid of time, whatever they took, also while the mail server is down', async () => {
    await world().policy(usual);
    const [known, other] = [await world().person(), await world().person()];
    const times: number[] = [];
    for (const name of [known.username, 'nobody-on-the-clock', known.email, 'nobody-else', other.username]) {
      if (name === other.username) world().mailSink.behave('later');
      const browser = world().browser();
      const { csrf } = await browser.open(ASK);
      const body = new URLSearchParams({ username: name, ...TYPED, _csrf: csrf });
      const began = performance.now();
      expect((await browser.request(ASK, { method: 'POST', body })).status).toBe(303);
      times.push(performance.now() - began);
    }
    world().mailSink.behave('accept');
    // Timers may fire a moment early.
    expect(Math.min(...times)).toBeGreaterThan(245);
  });

  it('a code that is sent again tells nothing of a name either, nor a cap that is full; a decoy’s is never right', async () => {
    await world().policy(byMail);
    const [known, suspended] = [await world().person(), await world().person()];
    await world().suspend(suspended);
    const walk = async (name: string) => {
      const browser = world().browser();
      const pages = [await answer(browser, START, { username: name }), await browser.open(`${START}/email`)];
      for (let times = 0; times < 3; times += 1) {
        const { csrf } = await browser.open(`${START}/email`);
        pages.push(await browser.post(`${START}/email/again`, { _csrf: csrf }));
        world().later(MINUTE);
        pages.push(await browser.post(`${START}/email/again`, { _csrf: csrf }));
        pages.push(await browser.post(`${START}/email`, { _csrf: csrf, code: '000000' }));
      }
      return pages.map((page) => told(page, name));
    };
    const reference = await walk('nobody-either');
    for (const name of [known.username, suspended.email]) expect(await walk(name), `for ${name}`).toEqual(reference);
    // One e-mail of the factor that was added, and what a cap of three lets through.
    expect((await world().sentTo(known)).mails).toBe(4);
  }, 60_000);

  it('a full cap leaves the code of the last e-mail good', async () => {
    await world().policy(byMail);
    const person = await world().person();
    const browser = world().browser();
    await browser.press(await browser.open(START), undefined, { username: person.username });
    for (let times = 0; times < 4; times += 1) {
      world().later(MINUTE);
      await browser.press(await browser.open(`${START}/email`), 'Send it again');
    }
    expect((await world().sentTo(person)).mails).toBe(4);
    const code = await mailedCode(world(), person.email, SUBJECT.en);
    const page = await browser.open(`${START}/email`);
    expect((await browser.press(page, 'Continue', { code: otherThan(code) })).alert).toContain('left');
    expect((await browser.press(page, 'Continue', { code })).path).toBe(`${START}/way`);
  });
});
