import { describe, expect, it } from 'vitest';
import { codeOf } from '../support/people.ts';
import { ISSUER } from '../support/ports.ts';
import { openConsole } from '../web/account/console.ts';
import { browserOf, FIREFOX, heldBy, IPHONE } from '../web/account/device-pages.ts';
import { addressIn, claim, codeIn, confirm, PAIR, showCode, WORDS } from '../web/pair/walk.ts';
import { useWorld } from '../web/recovery/world.ts';
import { Witness } from './support/browsers.ts';

const world = useWorld();
const words = WORDS.en;
const MINUTE = 60_000;

describe('A4', () => {
  it('a session of eleven minutes ago is asked to sign in again before the page, and one of half an hour ago before it does anything', async () => {
    const person = await world().person();
    const laptop = browserOf(world(), FIREFOX);
    const start = await openConsole(world(), laptop, person, PAIR);
    world().later(11 * MINUTE);
    expect((await laptop.open(PAIR)).path).toMatch(/^\/sign-in\//);
    world().later(20 * MINUTE);
    expect((await laptop.press(start, words.show)).path).toMatch(/^\/sign-in\//);
    const rows = await world()
      .running.context.database.db.selectFrom('pairings')
      .select('id')
      .where('account_id', '=', person.id)
      .execute();
    expect(rows).toEqual([]);
  });
});

describe('A7', () => {
  it('another browser of the same account neither sees the QR code nor answers for it', async () => {
    const person = await world().person();
    const two = await showCode(world(), person);
    const { code } = await claim(two);
    const asking = await two.laptop.open(PAIR);
    const other = browserOf(world(), FIREFOX);
    const page = await openConsole(world(), other, person, PAIR);
    expect(page.heading).toBe(words.title);
    expect(page.html).not.toContain('pairing-address');
    const { pairing = '' } = asking.formWith(words.continue).fields;
    const sent = await other.post(`${PAIR}/code`, { _csrf: page.csrf, pairing, code });
    expect(sent.heading).toBe(words.title);
    expect((await two.phone.open('/pair')).heading).toBe(words.codeTitle);
  });

  it('a form of the page that was shown to one account is not done for another that signed in since', async () => {
    const [person, other] = [await world().person(), await world().person()];
    const two = await showCode(world(), person);
    const { code } = await claim(two);
    const asking = await two.laptop.open(PAIR);
    for (const [key, { name }] of two.laptop.jar) if (name !== 'regain_form') two.laptop.jar.delete(key);
    await openConsole(world(), two.laptop, other);
    const refused = await two.laptop.press(asking, words.continue, { code });
    expect(refused.status).toBe(409);
    expect(await heldBy(world(), person)).toHaveLength(1);
    expect((await two.phone.open('/pair')).heading).not.toBe(words.bring);
  });

  it('the pages of the phone are nothing without its cookie, and its form nothing in another browser', async () => {
    const person = await world().person();
    const two = await showCode(world(), person);
    const bring = await confirm(two);
    const thief = browserOf(world(), IPHONE);
    for (const path of ['/pair', '/pair/code', '/pair/new-factor', '/pair/done'])
      expect((await thief.open(path)).path).toBe('/pair/over');
    await thief.open(two.address);
    const live = await thief.request('/pair/live?at=confirmed');
    expect(await live.text()).toContain('event: changed');
    const form = bring.formWith(words.continue).fields;
    const own = (await thief.open('/lost-credentials')).csrf;
    const code = codeOf(bring.totpSecret, Date.now());
    const sent = await thief.post('/pair/new-factor/totp', { ...form, _csrf: own, code });
    expect(sent.path).toBe('/pair/over');
    expect(await heldBy(world(), person)).toHaveLength(1);
  });
});

describe('A14 A16 one use', () => {
  it('of thirty browsers that press the button at once one gets a code; the others are told to look', async () => {
    const two = await showCode(world(), await world().person());
    const browsers = Array.from({ length: 30 }, () => world().browser());
    const asks = await Promise.all(browsers.map((browser) => browser.open(two.address)));
    const pages = await Promise.all(
      browsers.map((browser, n) => {
        const page = asks[n];
        if (!page) throw new Error('no page');
        return browser.press(page, words.addThis);
      }),
    );
    expect(pages.filter(({ heading }) => heading === words.codeTitle)).toHaveLength(1);
    const others = pages.filter(({ path }) => path === '/pair/over');
    expect([others.length, new Set(others.map(({ status, text }) => `${status} ${text}`)).size]).toEqual([29, 1]);
    expect(others[0]?.text).toContain('was used already');
  });

  it('after it is done the address, the code and the form of the phone are dead', async () => {
    const person = await world().person();
    const two = await showCode(world(), person);
    const bring = await confirm(two);
    await two.phone.press(bring, words.continue, { code: codeOf(bring.totpSecret, Date.now()) });
    expect((await two.phone.open('/pair')).path).toBe('/pair/done');
    const again = await two.phone.press(bring, words.continue, { code: codeOf(bring.totpSecret, Date.now() + 30_000) });
    expect(again.path).toBe('/pair/done');
    expect((await world().browser().open(two.address)).path).toBe('/pair/over');
    expect(await heldBy(world(), person)).toHaveLength(2);
  });
});

it('A8 the address comes from the issuer, whatever the headers say', async () => {
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
  const laptop = new Witness(world().origin, { 'user-agent': FIREFOX, ...headers }, {});
  const start = await openConsole(world(), laptop, await world().person(), PAIR);
  expect(addressIn(await laptop.press(start, words.show)).startsWith(`${ISSUER}/pair/`)).toBe(true);
});

it('A27 the button of the phone is one of our own forms', async () => {
  const two = await showCode(world(), await world().person());
  await two.phone.open(two.address);
  expect((await two.phone.post('/pair', { _csrf: 'x' })).status).toBe(403);
  const { page } = await claim(two);
  expect((await two.phone.post('/pair/cancel', {})).status).toBeGreaterThanOrEqual(400);
  expect(codeIn(await two.phone.open('/pair'))).toBe(codeIn(page));
});

it('A28 what a phone says of itself is no markup, and nothing that its writer could say to the owner', async () => {
  const two = await showCode(world(), await world().person());
  const liar = new Witness(world().origin, { 'user-agent': '<b>Your bank, type 1234</b>' }, {});
  await claim({ phone: liar, address: two.address });
  const asking = await two.laptop.open(PAIR);
  expect(asking.heading).toBe(words.asking);
  expect(asking.html).not.toContain('bank');
  expect(asking.text).toContain('Unknown browser');
});

it('A6 neither key nor code is in an e-mail, in the log, or in a page of the other side', async () => {
  const person = await world().person();
  const two = await showCode(world(), person);
  const key = two.address.split('/').at(-1) ?? '';
  const bring = await confirm(two);
  await two.phone.press(bring, words.continue, { code: codeOf(bring.totpSecret, Date.now()) });
  const { text } = await world().mail(person.email, 'Another second factor was added');
  expect(text).toContain('iPhone');
  for (const place of [text, world().log(), (await two.laptop.open(PAIR)).html, (await two.phone.open('/pair')).html])
    expect(place.includes(key) || place.includes(key.replaceAll('-', ''))).toBe(false);
});
