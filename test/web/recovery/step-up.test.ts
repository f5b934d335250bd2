import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, type Person } from '../../support/people.ts';
import type { Browser } from './browser.ts';
import { allow, enrolShown, typePassword, WORDS, walkToNewFactor } from './steps.ts';
import { type Application, useWorld } from './world.ts';

const world = useWorld();
const words = WORDS.en;
const MINUTE = 60_000;
const TWO = 'urn:regain:acr:2';
const essential = JSON.stringify({ id_token: { acr: { essential: true, value: TWO } } });
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => world().later(16 * MINUTE));

/** A session of class 1, as a recovery leaves it; and the app that the account has since. */
async function sessionOfClass1(browser: Browser, person: Person): Promise<string> {
  const asked = await app.open(browser);
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  const back = await allow(browser, await browser.open(done.page.link('Continue to Notes')));
  expect((await asked.tokens(back)).claims()?.acr).toBe('urn:regain:acr:1');
  return done.secret;
}

describe('T8 where more is asked', () => {
  test('the new factor is asked for once, and the code of its registration is refused with the advice to wait', async () => {
    const person = await world().person();
    const browser = world().browser();
    const asked = await app.open(browser, { claims: essential });
    await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
    const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
    const second = await browser.open(done.page.link('Continue to Notes'));
    expect(second.heading).toBe('Second factor');
    const replayed = await browser.press(second, words.continue, { code: done.code });
    expect(replayed.alert).toContain('Wait until your app shows the next one');
    world().later(30_000);
    const stepped = await browser.press(replayed, words.continue, { code: codeOf(done.secret, Date.now()) });
    const claims = (await asked.tokens(await allow(browser, stepped))).claims();
    expect(claims).toMatchObject({ sub: person.id, acr: TWO });
  });
});

describe('a recovery begun inside a step-up', () => {
  test('ends the session, and comes back to the same request of the application', async () => {
    const person = await world().person();
    const browser = world().browser();
    const first = await app.open(browser);
    const page = await typePassword(browser, first.page, person);
    await allow(browser, await browser.press(page, words.continue, { code: person.code() }));

    // A step-up within the session: the application wants a fresh class 2.
    world().later(30 * MINUTE);
    const asked = await app.open(browser, { max_age: '60' });
    expect(asked.page.path).toMatch(/^\/sign-in\//);
    await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
    const last = await walkToNewFactor(world(), browser, person);
    const done = await enrolShown(browser, last);
    expect(done.page.text).toContain('1 session was ended');
    const back = await allow(browser, await browser.open(done.page.link('Continue to Notes')));
    expect((await asked.tokens(back)).claims()).toMatchObject({ sub: person.id, acr: 'urn:regain:acr:1' });
  });

  test('given up after a wrong code, leaves the step-up usable', async () => {
    const person = await world().person();
    const browser = world().browser();
    const secret = await sessionOfClass1(browser, person);
    world().later(16 * MINUTE);
    const asked = await app.open(browser, { claims: essential });
    expect(asked.page.heading).toBe('Second factor');
    await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
    // The factor of the recovery before is no proof yet, but the password is: so this way is open.
    const last = await walkToNewFactor(world(), browser, person);
    expect((await browser.press(last, words.continue, { code: '000000' })).status).toBe(422);
    const back = await browser.open(asked.page.path);
    expect(back.heading).toBe('Second factor');
    const done = await browser.press(back, words.continue, { code: codeOf(secret, Date.now()) });
    expect((await allow(browser, done)).url.searchParams.get('code')).not.toBeNull();
  });

  test.each([
    ['insists on more', { claims: essential }],
    ['wishes for more', { acr_values: TWO }],
  ])('and finished, ends in the application that %s, by the new factor', async (_, params) => {
    const person = await world().person();
    const browser = world().browser();
    await sessionOfClass1(browser, person);
    world().later(16 * MINUTE);
    const asked = await app.open(browser, params);
    await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
    const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
    const second = await browser.open(done.page.link('Continue to Notes'));
    expect(second.heading).toBe('Second factor');
    world().later(30_000);
    const stepped = await browser.press(second, words.continue, { code: codeOf(done.secret, Date.now()) });
    expect((await asked.tokens(await allow(browser, stepped))).claims()).toMatchObject({ sub: person.id, acr: TWO });
  });
});

test('the session that another person has in this browser is not the recovered one’s', async () => {
  const [person, other] = [await world().person(), await world().person()];
  const browser = world().browser();
  const first = await app.open(browser);
  const page = await typePassword(browser, first.page, other);
  await allow(browser, await browser.press(page, words.continue, { code: other.code() }));
  const asked = await app.open(browser, { prompt: 'login' });
  await browser.press(await browser.open(asked.page.link(words.lost)), undefined, { username: person.username });
  const done = await enrolShown(browser, await walkToNewFactor(world(), browser, person));
  const back = await allow(browser, await browser.open(done.page.link('Continue to Notes')));
  expect((await asked.tokens(back)).claims()?.sub).toBe(person.id);
});
