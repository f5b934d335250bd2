import { describe, expect, test } from 'vitest';
import { PASSWORD } from '../../support/people.ts';
import type { Browser } from './browser.ts';
import { journeysOf, rowsOf } from './rows.ts';
import { ask, enrolShown, letterTo, otherThan, smsCode, WORDS, walkToNewFactor } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const MINUTE = 60_000;

/** Fetches a link like a mail gateway: HEAD, GET, every link and every button of what it finds. */
async function scan(link: string): Promise<Browser> {
  const scanner = world().browser();
  await scanner.request(link, { method: 'HEAD' });
  await scanner.request(link, { method: 'HEAD', headers: { 'user-agent': 'Scanner' } });
  const page = await scanner.open(link);
  for (const { href } of page.links) if (href.startsWith('/')) await scanner.open(href);
  for (const form of page.forms) {
    for (const { text } of form.buttons) {
      const next = await scanner.submit(form, page, {}, text);
      for (const further of next.forms) await scanner.submit(further, next);
    }
  }
  return scanner;
}

describe('A9 a mail scanner', () => {
  test('that fetches the link and presses everything uses nothing up and gets no session', async () => {
    const person = await world().person();
    const app = await world().application('Notes');
    const own = world().browser();
    await ask(own, person.username);
    const { link } = await letterTo(world(), person);
    const before = await rowsOf(world(), person.id);
    const scanner = await scan(link);
    await scan(link);
    expect(await rowsOf(world(), person.id)).toBe(before);
    expect((await world().sentTo(person)).sms).toBe(1);
    // Some pressed link changed the language.
    expect((await app.open(scanner)).page.path).toMatch(/^\/sign-in\//);

    let page = await own.press(await own.open(link), words.factor);
    page = await own.press(page, words.signIn, { password: PASSWORD });
    page = await own.press(page, words.continue, { code: await smsCode(world(), person) });
    expect((await enrolShown(own, page)).page.heading).toBe(words.replaced);
  });

  test('GET and HEAD of the link write nothing but a cookie of the visitor', async () => {
    const person = await world().person();
    await ask(world().browser(), person.username);
    const { link } = await letterTo(world(), person);
    const before = await journeysOf(world(), person.id);
    const visitor = world().browser();
    for (const method of ['HEAD', 'GET']) {
      const response = await visitor.request(link, { method });
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toBe('/lost-credentials/choose');
    }
    expect((await visitor.open('/lost-credentials/choose')).heading).toBe('What would you like to do?');
    expect(await journeysOf(world(), person.id)).toBe(before);
    // D-05: not in the cookie in clear, either.
    expect(JSON.stringify([...visitor.jar.values()])).not.toContain(link.split('/').at(-1));
  });
});

describe('A7 a token for something else', () => {
  test('of another kind, of nobody, changed, or too long', async () => {
    const person = await world().person();
    const notice = await world().mail(person.email, 'A second factor was added');
    const contest = /\/not-me\/([\w-]+)/.exec(notice.text)?.[1] ?? '';
    const invitation = (await world().invited()).link.split('/').at(-1) ?? '';
    await ask(world().browser(), person.username);
    const token = (await letterTo(world(), person)).link.split('/').at(-1) ?? '';
    const changed = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const others = [contest, invitation, changed, token.slice(1), `${token}A`, 'A'.repeat(43), 'A'.repeat(2_000)];
    for (const other of [...others, '%00', '..%2f..%2fetc', "'%20or%201=1--"]) {
      const browser = world().browser();
      const page = await browser.open(`/lost-credentials/link/${other}`);
      expect([other, page.status]).toEqual([other, page.path.startsWith('/lost-credentials/over') ? 410 : 404]);
      const csrf = (await browser.open('/lost-credentials')).csrf;
      const pressed = await browser.post('/lost-credentials/choose', { goal: 'reset-second-factor', _csrf: csrf });
      expect(pressed.path).toBe('/lost-credentials/over');
    }
    // The right one, in the place of the others.
    const browser = world().browser();
    expect((await browser.open(`/invitation/${token}`)).path).toBe('/invitation/over');
    expect((await browser.open(`/not-me/${token}`)).status).toBe(410);
    expect((await browser.open('/lost-credentials/choose')).path).toBe('/lost-credentials/over');
  });

  test('a code by SMS of another journey', async () => {
    const person = await world().person();
    const codes: string[] = [];
    const browsers = [world().browser(), world().browser()];
    const pages = [];
    for (const browser of browsers) {
      await ask(browser, person.username);
      const { link } = await letterTo(world(), person);
      const page = await browser.press(await browser.open(link), words.factor);
      pages.push(await browser.press(page, words.signIn, { password: PASSWORD }));
      codes.push(await smsCode(world(), person));
    }
    const [one] = browsers;
    const [page] = pages;
    const [right = '', other = ''] = codes;
    if (!one || !page) throw new Error('not begun');
    if (right === other) return;
    expect((await one.press(page, words.continue, { code: other })).status).toBe(422);
    expect((await one.press(page, words.continue, { code: right })).heading).toBe('Register a new second factor');
  });
});

describe('A21 look-alikes and several addresses', () => {
  test('mail goes to the stored address only, in whatever case it was typed', async () => {
    const person = await world().person();
    await ask(world().browser(), `  ${person.email.toUpperCase()} `);
    const { mail } = await letterTo(world(), person);
    expect(mail.recipients).toEqual([person.email]);
    expect(mail.header('to')).not.toContain(person.email.toUpperCase());
  });

  test('other spellings and lists reach nobody', async () => {
    const person = await world().person();
    const [local = '', domain = ''] = person.email.split('@');
    const fullWidth = String.fromCodePoint((local.codePointAt(0) ?? 0) + 0xfee0) + local.slice(1);
    const { mails } = await world().sentTo(person);
    const offered = world().mails.length;
    const names = [
      `${fullWidth}@${domain}`,
      fullWidth,
      `${local}@${domain.replace('e', 'е')}`,
      `${local}+x@${domain}`,
      `${person.email},thief@example.net`,
      `${person.email};thief@example.net`,
      `${person.email}\r\nBcc: thief@example.net`,
      `<${person.email}>`,
      `${person.username} `,
      '*',
      '%',
    ];
    for (const name of names) {
      const page = await ask(world().browser(), name);
      expect([name, page.status]).toEqual([name, 200]);
    }
    // `username ` is the same name; nothing else is.
    await letterTo(world(), person);
    expect((await world().sentTo(person)).mails).toBe(mails + 1);
    expect(world().mails.length).toBe(offered + 1);
    expect(world().mails.flatMap(({ recipients }) => recipients)).not.toContain('thief@example.net');
  });

  test('arrays and doubled names are refused', async () => {
    const browser = world().browser();
    const { csrf } = await browser.open('/lost-credentials');
    for (const body of ['username=a&username=b', 'username[]=a&username[]=b', 'username[x]=a', 'name=a']) {
      const page = await browser.post('/lost-credentials', `${body}&_csrf=${csrf}`);
      expect([body, page.status]).toEqual([body, 400]);
    }
  });
});

describe('A22 one second after its time', () => {
  test('the link and its short code', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { link, code } = await letterTo(world(), person);
    const opened = world().browser();
    const page = await opened.open(link);
    world().later(5 * MINUTE - 20_000);
    expect((await world().browser().open(link)).heading).toBe('What would you like to do?');
    world().later(21_000);
    const late = await world().browser().open(link);
    expect([late.status, late.heading]).toEqual([410, 'This link is no longer valid']);
    expect((await opened.press(page, words.factor)).status).toBe(410);
    const typed = await browser.press(await browser.open('/lost-credentials/sent'), words.continue, { code });
    expect([typed.status, typed.alert]).toEqual([422, expect.stringContaining('expired')]);
    const again = await browser.open(late.link('Start again'));
    expect(again.heading).toBe('Lost your credentials?');
  });

  test('the code by SMS', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { link } = await letterTo(world(), person);
    const asked = await browser.press(await browser.open(link), words.factor);
    const page = await browser.press(asked, words.signIn, { password: PASSWORD });
    const code = await smsCode(world(), person);
    world().later(10 * MINUTE + 1_000);
    const late = await browser.press(page, words.continue, { code });
    expect([late.status, late.heading]).toEqual([422, 'Enter the 6-digit code.']);
    const again = await browser.press(await browser.open('/lost-credentials/sms'), words.again);
    const right = await browser.press(again, words.continue, { code: await smsCode(world(), person) });
    expect(right.heading).toBe('Register a new second factor');
  });

  test('the recovery', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const page = await walkToNewFactor(world(), browser, person);
    const before = await rowsOf(world(), person.id);
    world().later(30 * MINUTE + 1_000);
    const late = await enrolShown(browser, page);
    expect([late.page.status, late.page.path]).toEqual([410, '/lost-credentials/over']);
    expect(late.page.text).toContain('Nothing was changed');
    expect(await rowsOf(world(), person.id)).toBe(before);
  });
});

describe('wrong codes', () => {
  test('of the e-mail end its code, never its link', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { link, code } = await letterTo(world(), person);
    let page = await browser.open('/lost-credentials/sent');
    const said = [];
    for (let typed = 0; typed < 5; typed += 1) {
      page = await browser.press(page, words.continue, { code: otherThan(code) });
      said.push(/(\d) tr/.exec(page.alert)?.[1] ?? page.status);
    }
    expect(said).toEqual(['4', '3', '2', '1', 422]);
    expect((await browser.press(page, words.continue, { code })).path).toBe('/lost-credentials/sent');
    page = await browser.press(await browser.open(link), words.factor);
    expect(page.heading).toBe('Sign in to your account');
  });
});
