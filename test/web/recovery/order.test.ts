import { describe, expect, test } from 'vitest';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from './browser.ts';
import type { PageOf } from './page.ts';
import { journeysOf, rowsOf } from './rows.ts';
import { ask, enrolShown, letterTo, otherThan, smsCode, WORDS } from './steps.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const NEW_PASSWORD = 'a quiet new harbour';

interface Try {
  readonly path: string;
  readonly fields: Record<string, string>;
}

/** What this browser may post at any time: right values everywhere, whatever was asked. */
function everything(person: Person, known: { mailCode: string; smsCode: string }): Try[] {
  return [
    { path: '/sent', fields: { code: known.mailCode } },
    { path: '/choose', fields: { goal: 'reset-both' } },
    { path: '/password', fields: { password: PASSWORD } },
    { path: '/sms', fields: { code: known.smsCode } },
    { path: '/second-factor/totp', fields: { code: person.code() } },
    { path: '/second-factor/passkey', fields: { response: '{"id":"x"}' } },
    { path: '/second-factor/method', fields: { method: 'totp' } },
    { path: '/second-factor/method', fields: { method: 'sms-code' } },
    { path: '/second-factor/method', fields: { method: 'passkey' } },
    { path: '/new-password', fields: { password: NEW_PASSWORD } },
    { path: '/new-factor/totp', fields: { code: person.code() } },
    { path: '/new-factor/totp', fields: { code: known.smsCode } },
    { path: '/new-factor/passkey', fields: { response: '{"id":"x"}' } },
  ];
}

/** Posts all of it but what is asked; nothing moves, neither the journey nor the account. */
async function onlyAskedAdvances(
  browser: Browser,
  person: Person,
  asked: string,
  known: { mailCode: string; smsCode?: string },
): Promise<void> {
  const before = await standing(person);
  const csrf = (await browser.open('/lost-credentials')).csrf;
  const tries = everything(person, { smsCode: '000000', ...known }).filter(
    // Choosing the method that is shown already is no step.
    ({ path, fields }) => path !== asked && (fields['method'] ?? 'none') !== SHOWN[asked],
  );
  for (const { path, fields } of tries) {
    const page = await browser.post(`/lost-credentials${path}`, { ...fields, _csrf: csrf });
    expect(page.status, `${path} while ${asked} is asked`).toBeLessThan(500);
    expect(await standing(person), `${path} while ${asked} is asked`).toBe(before);
  }
}

const SHOWN: Readonly<Record<string, string>> = { '/sms': 'sms-code', '/second-factor/totp': 'totp' };

const standing = async ({ id }: Person) => (await journeysOf(world(), id)) + (await rowsOf(world(), id));

describe('A1 the order of steps', () => {
  test('a second factor: in every state only the step that is asked for advances', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { code: mailCode } = await letterTo(world(), person);
    await onlyAskedAdvances(browser, person, '/sent', { mailCode });

    let page = await browser.press(await browser.open('/lost-credentials/sent'), words.continue, { code: mailCode });
    await onlyAskedAdvances(browser, person, '/choose…', { mailCode });
    page = await browser.press(page, words.factor);
    await onlyAskedAdvances(browser, person, '/password', { mailCode });
    page = await browser.press(page, words.signIn, { password: PASSWORD });
    const texted = await smsCode(world(), person);
    await onlyAskedAdvances(browser, person, '/sms', { mailCode, smsCode: texted });
    page = await browser.press(page, words.continue, { code: texted });
    await onlyAskedAdvances(browser, person, '/new-factor…', { mailCode, smsCode: texted });

    const done = await enrolShown(browser, page);
    expect(done.page.heading).toBe(words.replaced);
    await onlyAskedAdvances(browser, person, 'nothing', { mailCode, smsCode: texted });
    const replayed = await browser.press(page, words.continue, { code: texted });
    expect(replayed.heading).toBe(words.replaced);
  });

  test('a password: the link alone opens nothing beside a second factor', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { link, code: mailCode } = await letterTo(world(), person);
    let page = await browser.press(await browser.open(link), words.password);
    expect(page.heading).toBe('Second factor');
    await onlyAskedAdvances(browser, person, '/second-factor/totp', { mailCode });
    page = await browser.press(page, words.continue, { code: person.code() });
    await onlyAskedAdvances(browser, person, '/new-password', { mailCode });
    page = await browser.press(page, words.setPassword, { password: NEW_PASSWORD });
    expect(page.heading).toBe(words.reset);
    await onlyAskedAdvances(browser, person, 'nothing', { mailCode });
  });

  test('without a journey every address leads to a page that says so', async () => {
    const person = await world().person();
    const browser = world().browser();
    const csrf = (await browser.open('/lost-credentials')).csrf;
    for (const { path, fields } of everything(person, { mailCode: '123456', smsCode: '123456' })) {
      const page = await browser.post(`/lost-credentials${path}`, { ...fields, _csrf: csrf });
      expect([path, page.status, page.path]).toEqual([path, 410, '/lost-credentials/over']);
      const address = path.replace(/\/(totp|passkey|method)$/, '');
      expect((await browser.open(`/lost-credentials${address}`)).path).toBe('/lost-credentials/over');
    }
  });

  test('opening the page of another step leads to the one that is asked for', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { link } = await letterTo(world(), person);
    for (const path of ['password', 'sms', 'second-factor', 'new-password', 'new-factor', 'step', 'sms/again'])
      expect((await browser.open(`/lost-credentials/${path}`)).path, `at ${path}`).toBe('/lost-credentials/sent');
    await browser.press(await browser.open(link), words.factor);
    for (const path of ['sms', 'second-factor', 'new-password', 'new-factor', 'step', 'sms/again', 'new-factor/totp'])
      expect((await browser.open(`/lost-credentials/${path}`)).path, `at ${path}`).toBe('/lost-credentials/password');
  });

  test('empty, doubled and array fields, and the ids of others, are refused', async () => {
    const [person, other] = [await world().person(), await world().person()];
    const browser = world().browser();
    await ask(browser, person.username);
    const { link } = await letterTo(world(), person);
    const page: PageOf = await browser.press(await browser.open(link), words.factor);
    const before = await standing(person);
    const token = `_csrf=${page.csrf}`;
    const password = encodeURIComponent(PASSWORD);
    const refused = async (body: string) => (await browser.post('/lost-credentials/password', body)).status;
    expect(await refused('')).toBe(400);
    expect(await refused(token)).toBe(400);
    expect(await refused(`${token}&password=${password}&password=${password}`)).toBe(400);
    expect(await refused(`${token}&password[]=${password}`)).toBe(400);
    expect(await refused(`${token}&password[0]=${password}`)).toBe(400);
    expect(await refused(`password=${password}`)).toBe(403);
    expect(await refused(`${token}&password=`)).toBe(422);
    expect(await standing(person)).toBe(before);

    // Somebody else's names beside a right password change nothing about whose journey it is.
    const foreign = `&accountId=${other.id}&journey=${other.id}&username=${other.username}`;
    await browser.post('/lost-credentials/password', `${token}&password=${password}${foreign}`);
    await smsCode(world(), person);
    expect((await world().sentTo(other)).sms).toBe(1);
  });

  test('a wrong value where it is asked for moves nothing either', async () => {
    const person = await world().person();
    const browser = world().browser();
    await ask(browser, person.username);
    const { link } = await letterTo(world(), person);
    let page = await browser.press(await browser.open(link), words.factor);
    const wrong = await browser.press(page, words.signIn, { password: `${PASSWORD}!` });
    expect([wrong.status, wrong.heading]).toEqual([422, 'Sign in to your account']);
    expect(wrong.title).toMatch(/^Error: /);
    page = await browser.press(wrong, words.signIn, { password: PASSWORD });
    const code = await smsCode(world(), person);
    const mistyped = await browser.press(page, words.continue, { code: otherThan(code) });
    expect([mistyped.status, mistyped.alert]).toEqual([422, expect.stringContaining('4 tries')]);
    page = await browser.press(mistyped, words.continue, { code: `${code.slice(0, 3)} - ${code.slice(3)}` });
    expect(page.heading).toBe('Register a new second factor');
  });
});
