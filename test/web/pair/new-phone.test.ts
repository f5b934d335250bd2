import { describe, expect, it } from 'vitest';
import { signIn } from '../../attacks/support/walks.ts';
import { codeOf } from '../../support/people.ts';
import { ISSUER } from '../../support/ports.ts';
import { createSoftwareAuthenticator } from '../../support/software-authenticator.ts';
import { openConsole } from '../account/console.ts';
import { browserOf, FIREFOX, heldBy, IPHONE, LIST } from '../account/device-pages.ts';
import { rowsOf } from '../recovery/rows.ts';
import { CALLBACK, useWorld } from '../recovery/world.ts';
import { addressIn, another, claim, codeIn, confirm, type Language, PAIR, showCode, WORDS } from './walk.ts';

const world = useWorld();
const LANGUAGES = ['en', 'fr'] as const satisfies readonly Language[];

describe.each(LANGUAGES)('S8 in %s, without JavaScript', (language) => {
  const words = WORDS[language];

  it('from the list to a second app beside the first; told to everybody, in the activity, and the old one goes in the same step', async () => {
    const person = await world().person({ locale: language });
    const laptop = browserOf(world(), FIREFOX, '203.0.113.9', language);
    const list = await openConsole(world(), laptop, person, LIST);
    const choose = await laptop.open(list.link(words.add));
    const start = await laptop.open(choose.link(words.byQr));
    expect([start.path, start.heading, start.lang]).toEqual([PAIR, words.title, language]);
    const shown = await laptop.press(start, words.show);
    expect([shown.path, shown.heading]).toEqual([PAIR, words.scanTitle]);
    const address = addressIn(shown);
    // Loaded again it is the same; the database could not say which.
    expect(addressIn(await laptop.open(PAIR))).toBe(address);

    const two = { laptop, phone: browserOf(world(), IPHONE, undefined, language), shown, address };
    const ask = await two.phone.open(address);
    expect([ask.path, ask.lang, ask.status]).toEqual(['/pair', language, 200]);
    expect(ask.text).toContain(`${person.email.charAt(0)}•••@e•••.com`);
    for (const secret of [person.username, person.email, person.phone]) expect(ask.html).not.toContain(secret);
    expect(ask.headers.get('referrer-policy')).toBe('no-referrer');
    const { page, code } = await claim(two, language);
    expect([page.path, page.heading]).toEqual(['/pair/code', words.codeTitle]);
    expect(codeIn(await two.phone.open('/pair'))).toBe(code);

    const asking = await laptop.open(PAIR);
    expect(asking.heading).toBe(words.asking);
    expect(asking.text).toContain(language === 'en' ? 'Safari on iPhone' : 'Safari sur iPhone');
    expect(asking.text).toContain(two.phone.ip);
    const settingUp = await laptop.press(asking, words.continue, { code: `${code.slice(0, 2)} ${code.slice(2)}` });
    expect([settingUp.path, settingUp.heading]).toEqual([PAIR, words.settingUp]);

    const bring = await two.phone.open('/pair');
    expect([bring.path, bring.heading]).toEqual(['/pair/new-factor', words.bring]);
    const secret = bring.totpSecret;
    const slip = await two.phone.press(bring, words.continue, { code: codeOf(secret, Date.now() - 3_600_000) });
    expect([slip.status, slip.totpSecret]).toEqual([422, secret]);
    const done = await two.phone.press(slip, words.continue, { code: codeOf(secret, Date.now()) });
    expect([done.path, done.heading]).toEqual(['/pair/done', words.done]);
    // The phone has no session by that.
    expect((await two.phone.open('/account')).path).toMatch(/^\/sign-in\//);

    const brought = await laptop.open(PAIR);
    expect(brought.heading).toBe(words.brought);
    expect(brought.text).toContain('iPhone');
    await world().mail(
      person.email,
      language === 'en' ? 'Another second factor was added' : 'Un autre deuxième facteur',
    );
    const [old] = brought.formWith(words.remove).buttons;
    expect(old).toBeDefined();
    const name = /name="(old-[^"]+)"/.exec(brought.html)?.[1] ?? '';
    const empty = await laptop.press(brought, words.remove);
    expect(empty.status).toBe(422);
    const form = brought.formWith(words.remove);
    const end = await laptop.post(`${PAIR}/remove`, { ...form.fields, [name]: 'yes' });
    // The session stood on the old app, and ends with it.
    expect(end.path).toMatch(/^\/sign-in\//);
    const held = await heldBy(world(), person);
    expect(held.map(({ label, state }) => [label, state])).toEqual([['iPhone', 'active']]);
    const { page: back } = await signIn(world(), await world().application('Notes'), world().browser(), person, {
      secret,
      locale: language,
    });
    expect(back.url.href).toContain(CALLBACK);
  });

  it('a passkey of the phone; the old app stays', async () => {
    const person = await world().person({ locale: language });
    const two = await showCode(world(), person, language);
    const bring = await confirm(two, language);
    const { challenge } = bring.passkeyOptions;
    const response = createSoftwareAuthenticator().register({ challenge, origin: ISSUER, rpId: 'localhost' });
    const register = bring.forms.find(({ action }) => action === '/pair/new-factor/passkey');
    if (!register) throw new Error('no passkey form');
    const none = await two.phone.submit(register, bring);
    expect([none.status, none.alert.includes('JavaScript')]).toEqual([422, true]);
    const done = await two.phone.submit(register, bring, { response: JSON.stringify(response) });
    expect(done.heading).toBe(words.done);
    expect((await heldBy(world(), person)).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'totp active',
      'passkey active',
    ]);
  });

  it('cancelled on either side, it is over on both at once', async () => {
    const person = await world().person({ locale: language });
    const two = await showCode(world(), person, language);
    await claim(two, language);
    const cancelled = await two.phone.press(await two.phone.open('/pair'), words.cancel);
    expect([cancelled.path, cancelled.status, cancelled.heading]).toEqual(['/pair/over', 410, words.over]);
    const start = await two.laptop.open(PAIR);
    expect([start.heading, start.buttons.includes(words.showAgain)]).toEqual([words.title, true]);

    const shown = await two.laptop.press(start, words.showAgain);
    const next = { ...two, shown, address: addressIn(shown) };
    const bring = await confirm(next, language);
    const stopped = await two.laptop.press(await two.laptop.open(PAIR), words.cancel);
    expect(stopped.heading).toBe(words.title);
    const code = codeOf(bring.totpSecret, Date.now());
    const late = await two.phone.press(bring, words.continue, { code });
    expect([late.path, late.heading]).toEqual(['/pair/over', words.over]);
    expect(await heldBy(world(), person)).toHaveLength(1);
  });
});

it('a GET changes nothing, and neither does HEAD: a scanner that opens the address takes nothing from the phone', async () => {
  const person = await world().person();
  const two = await showCode(world(), person);
  const before = await rowsOf(world(), person.id);
  for (const method of ['GET', 'HEAD']) {
    const scanner = world().browser();
    await scanner.open(two.address, { method });
    await scanner.open('/pair', { method });
  }
  for (const path of [PAIR, `${PAIR}/code`, `${PAIR}/cancel`, `${PAIR}/remove`]) await two.laptop.open(path);
  expect(await rowsOf(world(), person.id)).toBe(before);
  expect((await claim(two)).page.heading).toBe(WORDS.en.codeTitle);
});

it('the address may be typed by hand, in small letters and without hyphens; one that is not complete is said to be so', async () => {
  const two = await showCode(world(), await world().person());
  const key = two.address.split('/').at(-1) ?? '';
  const typed = `/pair/${key.toLowerCase().replaceAll('-', '').replaceAll('0', 'o')}`;
  expect((await two.phone.open(typed)).heading).toBe('Add this phone?');
  const short = await world()
    .browser()
    .open(`/pair/${key.slice(0, -1)}`);
  expect([short.status, short.path, short.text.includes('not complete')]).toEqual([410, '/pair/over', true]);
});

it('the code is not in it: nothing of key and code stands in the database or the log, and the address bar is clean', async () => {
  const person = await world().person();
  const two = await showCode(world(), person);
  const { page, code } = await claim(two);
  const key = (two.address.split('/').at(-1) ?? '').replaceAll('-', '');
  const rows = await rowsOf(world(), person.id);
  expect(rows).not.toContain(key);
  expect(rows).not.toContain(code);
  expect(page.url.href).toBe(`${ISSUER}/pair/code`);
  expect(world().log().replaceAll('-', '')).not.toContain(key);
});

describe('the code of the phone', () => {
  it('is typed once: after a wrong one it is over, with a word on what that may mean, and the right one comes too late', async () => {
    const person = await world().person();
    const two = await showCode(world(), person);
    const { code } = await claim(two);
    const asking = await two.laptop.open(PAIR);
    const none = await two.laptop.press(asking, 'Continue', { code: '12' });
    expect([none.status, none.alert.includes('four digits')]).toEqual([422, true]);
    const wrong = await two.laptop.press(none, 'Continue', { code: another(code) });
    expect([wrong.path, wrong.heading]).toEqual([PAIR, WORDS.en.title]);
    expect(wrong.text).toContain('look who can see it');
    const late = await two.laptop.post(`${PAIR}/code`, { ...asking.formWith('Continue').fields, code });
    expect(late.heading).toBe(WORDS.en.title);
    expect((await two.phone.open('/pair')).text).toContain('Another code');
    expect(await heldBy(world(), person)).toHaveLength(1);
  });

  it('belongs to the QR code that it was asked for: the page of an earlier one confirms no later one', async () => {
    const two = await showCode(world(), await world().person());
    await claim(two);
    const old = (await two.laptop.open(PAIR)).formWith('Continue').fields;
    const start = await two.laptop.press(await two.laptop.open(PAIR), WORDS.en.notMine);
    const shown = await two.laptop.press(start, WORDS.en.showAgain);
    const { code } = await claim({ phone: two.phone, address: addressIn(shown) });
    const page = await two.laptop.post(`${PAIR}/code`, { ...old, code });
    expect(page.heading).toBe(WORDS.en.asking);
    expect((await two.phone.open('/pair')).heading).toBe(WORDS.en.codeTitle);
  });
});
