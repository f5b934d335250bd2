import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { codeOf } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { allow, enrolShown, typePassword, WORDS } from '../recovery/steps.ts';
import { type Application, useWorld } from '../recovery/world.ts';

const world = useWorld();
let notes: Application;
let photos: Application;
beforeAll(async () => {
  [notes, photos] = [await world().application('Notes'), await world().application('Photos')];
});
beforeEach(() => world().policy(PRESETS['password-sms']));

const arrived = ({ path, url }: PageOf) => path === '/callback' && url.searchParams.has('code');

/** Signs in for the application and registers a first app; what comes after. */
async function enrol(browser: Browser, locale: 'en' | 'fr' = 'en', params: Record<string, string> = {}) {
  const person = await world().person({ totp: false, locale });
  const asked = await notes.open(browser, params);
  const registering = await typePassword(browser, asked.page, person, undefined, locale);
  return { person, asked, ...(await enrolShown(browser, registering, locale)) };
}

describe.each([
  [
    'en',
    'What if you lose your phone',
    'If you lose your phone',
    'Continue to Notes',
    'See the one step that helps most',
  ],
  ['fr', 'Et si vous perdiez', 'Si vous perdez votre téléphone', 'Continuer vers Notes', "Voir l'étape la plus utile"],
] as const)('%s: after the first second factor', (locale, question, loss, onward, more) => {
  it('says what is registered and what would be lost, and goes on to the application at one press', async () => {
    const browser = world().browser({ language: locale });
    const { person, asked, page } = await enrol(browser, locale);
    expect([page.status, page.heading]).toEqual([200, WORDS[locale].registered]);
    for (const text of [question, loss]) expect(page.text).toContain(text);
    expect(page.buttons).toEqual([onward]);
    // A reload, the address of the sign-in, and the other language show it again.
    expect((await browser.open(page.path)).heading).toBe(page.heading);
    expect((await browser.open(page.path.replace('/check-up', ''))).heading).toBe(page.heading);
    const done = await allow(browser, await browser.press(page, onward), locale);
    expect(arrived(done)).toBe(true);
    expect((await asked.tokens(done)).claims()?.sub).toBe(person.id);
    // Once: not for another application, and not at the next sign-in.
    expect((await photos.open(browser)).page.heading).not.toBe(page.heading);
  });

  it('leads to the check-up in the session that is open, and still goes on afterwards', async () => {
    const browser = world().browser({ language: locale });
    const { page } = await enrol(browser, locale);
    const shown = await browser.open(page.link(more));
    expect([shown.status, shown.path]).toEqual([200, '/account/check-up']);
    const done = await allow(browser, await browser.press(page, onward), locale);
    expect(arrived(done)).toBe(true);
  });
});

it('keeps nobody from anything: other applications are reached before its button is pressed', async () => {
  const browser = world().browser();
  const { page } = await enrol(browser);
  expect(arrived(await allow(browser, (await photos.open(browser)).page))).toBe(true);
  expect((await photos.open(browser, { prompt: 'none' })).page.url.searchParams.has('code')).toBe(true);
  expect(arrived(await allow(browser, await browser.press(page)))).toBe(true);
});

it('is nobody else’s: another browser does not see it, and a signed-out one signs in', async () => {
  const browser = world().browser();
  const { page } = await enrol(browser);
  expect((await world().browser().open(page.path)).heading).not.toBe(page.heading);
  await browser.press(await browser.open('/session/end'));
  expect((await browser.open(page.path)).text).not.toContain('If you lose');
});

it('comes after the step-up that the request asks for, with the new factor', async () => {
  const browser = world().browser();
  const { page, secret } = await enrol(browser, 'en', { acr_values: 'urn:regain:acr:2' });
  expect(page.heading).toBe('Second factor');
  world().later(30_000);
  const after = await browser.press(page, 'Continue', { code: codeOf(secret, Date.now()) });
  expect(after.heading).toBe(WORDS.en.registered);
  expect(arrived(await allow(browser, after))).toBe(true);
});

it('says so where all is well, and has nothing to propose', async () => {
  const byMail = { id: 'mail-and-password', proofs: ['email-code' as const, 'password' as const] };
  const policy = PRESETS['password-sms'];
  await world().policy({ ...policy, routes: { ...policy.routes, 'reset-second-factor': [byMail] } });
  const browser = world().browser();
  const { page } = await enrol(browser);
  expect([page.heading, page.buttons]).toEqual([WORDS.en.registered, ['Continue to Notes']]);
  expect(page.text).toContain('Whatever single thing you lose, you get back in by yourself.');
  expect(page.links.map(({ href }) => href)).not.toContain('/account/check-up');
  expect(arrived(await allow(browser, page))).toBe(true);
});
