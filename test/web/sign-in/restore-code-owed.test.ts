import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { codeOf, PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { allow, enrolShown, typePassword, WORDS } from '../recovery/steps.ts';
import { type Application, useWorld } from '../recovery/world.ts';

const SHOWN = 'Your new restore code';
const AUTOMATIC = {
  ...PRESETS['restore-code'],
  restoreCode: { ...PRESETS['restore-code'].restoreCode, automatic: true, promptAtSignIn: 0 },
};
const world = useWorld();
let notes: Application;
beforeAll(async () => {
  notes = await world().application('Notes');
});
beforeEach(() => world().policy(AUTOMATIC));

const codeOn = (page: PageOf) =>
  (/data-testid="restore-code">([^]*?)<\/code>/.exec(page.html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
const accountOf = async ({ id }: Pick<Person, 'id'>) => world().ports.store.accounts.load(id);
const arrived = ({ path, url }: PageOf) => path === '/callback' && url.searchParams.has('code');

/** Signs in with the password and registers a first app; what comes after. */
async function enrol(browser: Browser, params: Record<string, string> = {}) {
  const person = await world().person({ totp: false });
  const asked = await notes.open(browser, params);
  const registering = await typePassword(browser, asked.page, person);
  return { person, ...(await enrolShown(browser, registering)) };
}

/** A full sign-in in a new browser. */
async function signIn(person: Pick<Person, 'username'>, secret: string) {
  const browser = world().browser();
  world().later(30_000);
  const second = await typePassword(browser, (await notes.open(browser)).page, person);
  return { browser, page: await browser.press(second, undefined, { code: codeOf(secret, Date.now()) }) };
}

/** Takes an invitation up, with password and app. */
async function accept(browser: Browser) {
  const invited = await world().invited();
  let page = await browser.press(await browser.open(invited.link));
  page = await browser.press(page, undefined, { password: PASSWORD });
  const { page: done, secret } = await enrolShown(browser, page);
  return { invited, done, secret };
}

describe('with a first second factor at sign-in, where the organization gives everybody a restore code (S12)', () => {
  it('the code is shown in the same walk, cannot be put off, and is typed back; then what is left, and the application', async () => {
    const browser = world().browser();
    const { person, page } = await enrol(browser);
    expect([page.status, page.heading]).toEqual([200, SHOWN]);
    expect(page.text).toContain('Your organization gives everybody one');
    const buttons = ['Open the page to print', 'Download as a text file', 'Activate'];
    expect([page.buttons.toSorted(), page.links.map(({ text }) => text)]).toEqual([
      buttons.toSorted(),
      expect.not.arrayContaining(['Not now']),
    ]);
    const wrong = await browser.press(page, 'Activate', { code: 'nonsense' });
    expect([wrong.status, codeOn(wrong)]).toEqual([422, codeOn(page)]);
    expect((await browser.press(page, 'Download as a text file')).html).toContain(codeOn(page));
    expect((await accountOf(person))?.restoreCode).toBeNull();
    const next = await browser.press(wrong, 'Activate', { code: codeOn(page) });
    expect(next.heading).toBe(WORDS.en.registered);
    expect(arrived(await allow(browser, next))).toBe(true);
    const account = await accountOf(person);
    expect([account?.restoreCode?.issuedBy, account?.signInsAsked]).toEqual(['owner', 0]);
  });

  it('after the step-up that the request asks for, where it asks for one', async () => {
    const browser = world().browser();
    const { secret, page } = await enrol(browser, { acr_values: 'urn:regain:acr:2' });
    expect(page.heading).toBe('Second factor');
    world().later(30_000);
    const after = await browser.press(page, 'Continue', { code: codeOf(secret, Date.now()) });
    expect(after.heading).toBe(SHOWN);
    expect((await browser.press(after, 'Activate', { code: codeOn(after) })).heading).toBe(WORDS.en.registered);
  });

  it('left there, it keeps nobody from an application, and comes again at the next sign-in, whatever is posted', async () => {
    const browser = world().browser();
    const { person, secret, page } = await enrol(browser);
    expect(page.heading).toBe(SHOWN);
    expect(arrived(await allow(browser, (await notes.open(browser)).page))).toBe(true);
    expect(arrived((await notes.open(browser, { prompt: 'none' })).page)).toBe(true);

    const again = await signIn(person, secret);
    expect(again.page.heading).toBe(SHOWN);
    const ask = again.page.path.replace('/new', '');
    expect((await again.browser.open(ask)).heading).toBe(SHOWN);
    for (const answer of ['later', 'never'])
      expect((await again.browser.post(ask, { answer, _csrf: again.page.csrf })).heading).toBe(SHOWN);
    expect((await signIn(person, secret)).page.heading).toBe(SHOWN);
    const done = await again.browser.press(again.page, 'Activate', { code: codeOn(again.page) });
    expect(arrived(await allow(again.browser, done))).toBe(true);
    expect(arrived((await signIn(person, secret)).page)).toBe(true);
  });

  it('nothing of it where the policy does not say so, or restoring is forbidden to the account', async () => {
    await world().policy(PRESETS['restore-code']);
    const browser = world().browser();
    const { person, secret, page } = await enrol(browser);
    expect(page.heading).toBe(WORDS.en.registered);
    expect((await accountOf(person))?.signInsAsked).toBe(0);
    await world().policy(AUTOMATIC);
    const after = await signIn(person, secret);
    expect(arrived(await allow(after.browser, after.page))).toBe(true);
  });

  it('when the policy stops giving them, sign-ins are counted from the beginning', async () => {
    const { person, secret } = await enrol(world().browser());
    const { restoreCode } = PRESETS['restore-code'];
    await world().policy({ ...AUTOMATIC, restoreCode: { ...restoreCode, automatic: false, promptAtSignIn: 2 } });
    const first = await signIn(person, secret);
    expect(arrived(await allow(first.browser, first.page))).toBe(true);
    expect((await signIn(person, secret)).page.heading).toBe('Do you want a restore code?');
  });
});

describe('A4 the session of an enrolment', () => {
  it('makes the first code only where it is owed, only once, and only while it is fresh', async () => {
    const browser = world().browser();
    const { page } = await enrol(browser);
    const form = page.formWith('Activate');
    world().later(21 * 60_000);
    const late = await browser.submit(form, page, { code: codeOn(page) }, 'Activate');
    expect(late.heading).not.toBe(SHOWN);

    const other = world().browser();
    const enrolled = await enrol(other);
    await other.press(enrolled.page, 'Activate', { code: codeOn(enrolled.page) });
    // From now on the code is like any other: seen, replaced and copied after a full sign-in only.
    for (const path of ['/account/restore-code/new', '/account/restore-code/see'])
      expect((await other.open(path)).path).toMatch(/^\/sign-in\//);

    await world().policy(PRESETS['restore-code']);
    const third = world().browser();
    await enrol(third);
    expect((await third.open('/account/restore-code/new')).path).toMatch(/^\/sign-in\//);
  });
});

describe('with an invitation', () => {
  it('the code stands on the receipt with its copies, and is typed back there', async () => {
    const browser = world().browser();
    const { invited, done, secret } = await accept(browser);
    expect([done.heading, codeOn(done).length]).toEqual(['Your account is ready', 34]);
    const paper = await browser.press(done, 'Open the page to print');
    expect([codeOn(paper), paper.text.includes(invited.username)]).toEqual([codeOn(done), true]);
    const file = await browser.press(done, 'Download as a text file');
    expect([file.headers.get('content-type'), file.html.includes(codeOn(done))]).toEqual([
      'text/plain; charset=utf-8',
      true,
    ]);
    const other = await browser.press(done, 'Activate the restore code', { restore_code: `${codeOn(done)}0` });
    expect([other.status, codeOn(other)]).toEqual([422, codeOn(done)]);
    const kept = await browser.press(done, 'Activate the restore code', { restore_code: codeOn(done) });
    expect([kept.text.includes('Your restore code is active.'), codeOn(kept)]).toEqual([true, '']);
    expect((await browser.open('/invitation/done/file')).path).toBe('/invitation/done');
    const account = await accountOf(invited);
    expect([account?.restoreCode?.unsettledUntil, account?.signInsAsked]).toEqual([null, 0]);
    const { page } = await signIn(invited, secret);
    expect(page.heading).not.toBe(SHOWN);
  });

  it('what was not typed back there is asked at the first sign-in; the code on paper is nothing then', async () => {
    const { invited, done, secret } = await accept(world().browser());
    expect((await accountOf(invited))?.restoreCode).toBeNull();
    const { browser, page } = await signIn(invited, secret);
    expect([page.heading, codeOn(page) === codeOn(done)]).toEqual([SHOWN, false]);
    expect(arrived(await allow(browser, await browser.press(page, 'Activate', { code: codeOn(page) })))).toBe(true);
  });
});
