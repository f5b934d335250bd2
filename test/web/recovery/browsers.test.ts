import { beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD } from '../../support/people.ts';
import { allow, ask, enrolShown, letterTo, smsCode, typePassword, WORDS, walkToNewFactor } from './steps.ts';
import { type Application, useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});

describe('A2 the link and the browser', () => {
  test('begun by an attacker, finished by the owner elsewhere: no session comes of it, for nobody', async () => {
    const person = await world().person();
    const attacker = world().browser();
    const asked = await app.open(attacker);
    await attacker.press(await attacker.open(asked.page.link(words.lost)), words.submit, { username: person.username });

    const owner = world().browser();
    const done = await enrolShown(owner, await walkToNewFactor(world(), owner, person));
    expect(done.page.heading).toBe(words.replaced);
    expect(done.page.text).toContain('Go back to your application');
    expect(done.page.links.map(({ text }) => text)).not.toContain('Continue to Notes');
    expect((await owner.open('/lost-credentials/continue')).path).toBe('/lost-credentials/over');

    for (const browser of [attacker, owner])
      expect((await app.open(browser)).page.heading).toBe('Sign in to your account');
    // The browser that asked learns that it is over, and how to go on; nothing else.
    const over = await attacker.open('/lost-credentials/sent');
    expect(over.heading).toBe('This recovery is finished');
    expect(over.text).not.toContain(person.username);
    const onward = await attacker.open(over.link('Sign in'));
    expect(onward.heading).toBe('Sign in to your account');
    expect((await attacker.open('/lost-credentials/done')).path).toBe('/lost-credentials/over');
  });

  test('begun by the owner, opened by a thief of the link: his is a journey of its own, without the application', async () => {
    const person = await world().person();
    const owner = world().browser();
    const asked = await app.open(owner);
    await owner.press(await owner.open(asked.page.link(words.lost)), words.submit, { username: person.username });
    const { link } = await letterTo(world(), person);

    const thief = world().browser();
    let page = await thief.press(await thief.open(link), words.factor);
    page = await thief.press(page, words.signIn, { password: PASSWORD });
    page = await thief.press(page, words.continue, { code: await smsCode(world(), person) });
    // The owner's browser is where it was; what the thief proved is nothing there.
    expect((await owner.open('/lost-credentials/step')).path).toBe('/lost-credentials/sent');
    const done = await enrolShown(thief, page);
    expect(done.page.text).toContain('Go back to your application');
    expect((await app.open(thief)).page.heading).toBe('Sign in to your account');
    expect((await owner.open(asked.page.path)).heading).toBe('Sign in to your account');
  });

  test('the short code works only in the browser that asked', async () => {
    const [person, other] = [await world().person(), await world().person()];
    const [one, two] = [world().browser(), world().browser()];
    await ask(one, person.username);
    const { code } = await letterTo(world(), person);
    await ask(two, other.username);
    const page = await two.press(await two.open('/lost-credentials/sent'), words.continue, { code });
    expect([page.status, page.path]).toEqual([422, '/lost-credentials/sent']);
  });

  test('a link of another account does not end in the application for which this browser asked', async () => {
    const [person, other] = [await world().person(), await world().person()];
    const browser = world().browser();
    const asked = await app.open(browser);
    await browser.press(await browser.open(asked.page.link(words.lost)), words.submit, { username: person.username });
    await ask(world().browser(), other.username);
    const done = await enrolShown(browser, await walkToNewFactor(world(), browser, other));
    expect(done.page.heading).toBe(words.replaced);
    expect(done.page.text).toContain('Go back to your application');
    expect((await app.open(browser)).page.heading).toBe('Sign in to your account');
  });

  test('in the browser that asked, the link of an earlier e-mail goes on to the application too', async () => {
    const person = await world().person();
    const browser = world().browser();
    const asked = await app.open(browser);
    const lost = asked.page.link(words.lost);
    await browser.press(await browser.open(lost), words.submit, { username: person.username });
    const first = await letterTo(world(), person);
    await browser.press(await browser.open(lost), words.submit, { username: person.email });
    await letterTo(world(), person);

    let page = await browser.press(await browser.open(first.link), words.factor);
    page = await browser.press(page, words.signIn, { password: PASSWORD });
    page = await browser.press(page, words.continue, { code: await smsCode(world(), person) });
    const done = await enrolShown(browser, page);
    const back = await allow(browser, await browser.open(done.page.link('Continue to Notes')));
    expect((await asked.tokens(back)).claims()?.sub).toBe(person.id);
  });

  test('the sign-in that a recovery ends in is taken up once, and in this browser only', async () => {
    const person = await world().person();
    const browser = world().browser();
    const asked = await app.open(browser);
    await browser.press(await browser.open(asked.page.link(words.lost)), words.submit, { username: person.username });
    const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
    const onward = done.page.link('Continue to Notes');
    const location = (await browser.request(onward)).headers.get('location') ?? '';

    // The address alone is worth nothing elsewhere.
    const stranger = world().browser();
    expect((await stranger.open(location)).url.origin).not.toBe('http://localhost:3001');
    expect((await stranger.open(onward)).path).toBe('/lost-credentials/over');

    const back = await allow(browser, await browser.open(onward));
    expect((await asked.tokens(back)).claims()?.sub).toBe(person.id);
    expect((await browser.open(location)).url.origin).not.toBe('http://localhost:3001');
    // The button pressed again leads to the application by the session that there is.
    const again = await browser.open(onward);
    expect(again.url.searchParams.get('code')).not.toBeNull();
  });
});

describe('A18 fixation', () => {
  test('each recovery has a secret of its own, and a new one once the mailbox is proven', async () => {
    const person = await world().person();
    const browser = world().browser();
    const secrets = new Set<string | undefined>();
    await ask(browser, person.username);
    secrets.add(browser.cookie('regain_recovery'));
    await ask(browser, person.username);
    secrets.add(browser.cookie('regain_recovery'));
    const { link } = await letterTo(world(), person);
    await browser.press(await browser.open(link), words.factor);
    secrets.add(browser.cookie('regain_recovery'));
    expect(secrets.size).toBe(3);
  });

  test.each(['link', 'code'] as const)('a planted cookie does not walk along once the %s was used', async (by) => {
    const person = await world().person();
    const attacker = world().browser();
    await ask(attacker, person.username);
    // The owner's browser was made to carry the attacker's cookies.
    const owner = attacker.copy();
    const { link, code } = await letterTo(world(), person);
    let page =
      by === 'link'
        ? await owner.open(link)
        : await owner.press(await owner.open('/lost-credentials/sent'), words.continue, { code });
    page = await owner.press(page, words.factor);
    page = await owner.press(page, words.signIn, { password: PASSWORD });
    page = await owner.press(page, words.continue, { code: await smsCode(world(), person) });
    expect(page.heading).toBe('Register a new second factor');
    for (const path of ['step', 'new-factor', 'choose', 'sent'])
      expect((await attacker.open(`/lost-credentials/${path}`)).path, `at ${path}`).toBe('/lost-credentials/over');
  });

  test('a cookie that we did not issue is nobody', async () => {
    const browser = world().browser();
    const path = '/';
    browser.jar.set('x', { name: 'regain_recovery', value: 'A'.repeat(43), path, expires: Number.POSITIVE_INFINITY });
    expect((await browser.open('/lost-credentials/step')).path).toBe('/lost-credentials/over');
  });
});

test('A18 signing in after a recovery begins a session of its own', async () => {
  const person = await world().person();
  const browser = world().browser();
  const asked = await app.open(browser);
  const page = await typePassword(browser, asked.page, person);
  await allow(browser, await browser.press(page, words.continue, { code: person.code() }));
  const before = browser.cookie('regain_session');
  await ask(browser, person.username);
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  expect(done.page.heading).toBe(words.replaced);
  expect((await app.open(browser)).page.heading).toBe('Sign in to your account');
  expect(browser.cookie('regain_session')).not.toBe(before);
});
