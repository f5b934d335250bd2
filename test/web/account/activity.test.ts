import { expect, it } from 'vitest';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { ask, letterTo, WORDS } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';
import { openConsole, signInAt } from './console.ts';

const world = useWorld();
const LIST = '/account/activity';

/** The rows of the list, each as it is read. */
function rowsOf(page: PageOf): string[] {
  return [...page.html.matchAll(/<tr role="row">([^]*?)<\/tr>/g)].slice(1).map(([, row = '']) =>
    row
      .replaceAll(/<svg[^]*?<\/svg>|<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}

/** Where "This wasn't me" leads, in the row that begins so. */
function notMe(page: PageOf, begins: string): string {
  const rows = page.html.split('<tr role="row">').slice(2);
  const row = rows.find((html) =>
    html
      .replaceAll(/<svg[^]*?<\/svg>|<[^>]*>/g, ' ')
      .trim()
      .startsWith(begins),
  );
  return /href="([^"]*)"/.exec(row ?? '')?.[1] ?? `no row ${begins}`;
}

async function failed(person: Person, browser: Browser = world().browser()): Promise<void> {
  const page = await browser.open('/account');
  await browser.press(page, undefined, { username: person.username, password: 'wrong password, dear me' });
}

/** Writes lines into the account's log that no flow needs to be walked for. */
async function fill(person: Person, count: number): Promise<void> {
  await world().ports.store.transaction(async (tx) => {
    for (let n = 1; n <= count; n += 1)
      await tx.audit.append({
        kind: 'device.renamed',
        accountId: person.id,
        actor: 'user',
        details: { what: 'totp', name: `Device ${n}` },
      });
  });
}

const numbersOf = (page: PageOf) => rowsOf(page).map((row) => Number(/Device (\d+)/.exec(row)?.[1] ?? Number.NaN));
const signedIn = (person: Person, browser: Browser, path = LIST) => openConsole(world(), browser, person, path);

it('stands behind the sign-in, and shows what was done in another browser', async () => {
  const person = await world().person();
  const [home, other] = [world().browser(), world().browser()];
  await failed(person);
  await signedIn(person, other, '/account');
  await ask(world().browser(), person.username);
  const page = await signedIn(person, home);
  expect([page.path, page.heading, page.title]).toEqual([LIST, 'Activity', 'Activity – Regain']);
  expect(rowsOf(page)).toEqual([
    expect.stringMatching(
      /^Signed in With: password, authenticator app For these account pages just now 198\.\S+ Unknown browser This wasn’t me$/,
    ),
    expect.stringMatching(/^“Lost credentials\?” was asked for, and an e-mail sent /),
    expect.stringContaining(other.ip),
    expect.stringMatching(/^Sign-in failed Wrong password /),
    expect.stringMatching(/^Second factor added New: authenticator app By your organization /),
    expect.stringMatching(/^Account created By your organization /),
  ]);
  // Nobody else's.
  const stranger = await world().person();
  expect(rowsOf(await signedIn(stranger, world().browser())).join()).not.toContain(home.ip);
});

it('is narrowed to one group by a form that keeps its choice', async () => {
  const person = await world().person();
  await failed(person);
  const browser = world().browser();
  const page = await signedIn(person, browser);
  const form = page.formWith('Show');
  expect(form.fields).not.toHaveProperty('_csrf');
  const failures = await browser.open(`${LIST}?show=failed-tries`);
  expect(rowsOf(failures)).toEqual([expect.stringMatching(/^Sign-in failed Wrong password/)]);
  expect(failures.html).toContain('<option value="failed-tries" selected>');
  expect(rowsOf(await browser.open(`${LIST}?show=sign-ins`))).toEqual([expect.stringMatching(/^Signed in/)]);
  expect((await browser.open(`${LIST}?show=messages`)).text).toContain('Nothing of this kind has happened.');
  expect(rowsOf(await browser.open(`${LIST}?show=nonsense`))).toHaveLength(rowsOf(page).length);
});

it('goes through a long list page by page, both ways, also while new lines come', async () => {
  const person = await world().person();
  const browser = world().browser();
  await signedIn(person, browser);
  await fill(person, 60);
  const first = await browser.open(`${LIST}?show=changes`);
  expect(numbersOf(first)).toEqual(Array.from({ length: 25 }, (_, n) => 60 - n));
  expect(first.links.map(({ text }) => text)).not.toContain('Newer');
  const second = await browser.open(first.link('Older'));
  expect(numbersOf(second)).toEqual(Array.from({ length: 25 }, (_, n) => 35 - n));
  const third = await browser.open(second.link('Older'));
  expect(numbersOf(third).filter((n) => n > 0)).toEqual(Array.from({ length: 10 }, (_, n) => 10 - n));
  expect(third.links.map(({ text }) => text)).not.toContain('Older');
  await fill(person, 1);
  expect(numbersOf(await browser.open(third.link('Newer')))).toEqual(numbersOf(second));
  // A newer page that would not be full is the newest one.
  const newest = await browser.open(second.link('Newer'));
  expect(numbersOf(newest).slice(0, 3)).toEqual([35 + 25, 59, 58]);
  const last = await browser.open(newest.link('Newer'));
  expect(numbersOf(last).slice(0, 3)).toEqual([1, 60, 59]);
  expect(last.links.map(({ text }) => text)).not.toContain('Newer');
});

it.each(['before=x', 'before=0', 'after=-1', 'before=1e3', `after=${'9'.repeat(40)}`, 'before=', 'after=%F0%9F%92%A9'])(
  'A28 an address with %s is the first page',
  async (query) => {
    const person = await world().person();
    const browser = world().browser();
    const first = await signedIn(person, browser);
    const page = await browser.open(`${LIST}?${query}`);
    expect([page.status, rowsOf(page)]).toEqual([200, rowsOf(first)]);
  },
);

it('"This wasn’t me" leads to what stops it, or to what it means and what to do', async () => {
  const person = await world().person();
  await failed(person);
  const browser = world().browser();
  const page = await signedIn(person, browser);
  const [signIn] = (await world().ports.store.activity.of(person.id, { limit: 1 })).map(({ details }) => details);
  expect(notMe(page, 'Signed in')).toBe(`/account/notices/${String(signIn?.['notice'])}/not-me`);
  const stop = await browser.open(notMe(page, 'Signed in'));
  expect([stop.status, stop.text.includes(browser.ip)]).toEqual([200, true]);

  const meaning = await browser.open(notMe(page, 'Sign-in failed'));
  expect([meaning.status, meaning.heading]).toEqual([200, "This wasn't me"]);
  expect(meaning.text).toContain('Sign-in failed Wrong password');
  expect(meaning.text).toContain('did not succeed');
  expect(meaning.link('Back to the activity')).toBe(LIST);

  const support = await browser.open(notMe(page, 'Account created'));
  expect(support.text).toContain('by an administrator of your organization');
  expect(support.link('Contact support')).toBe('/support');
});

it('what was done with a link that was sent says that somebody reads the mailbox', async () => {
  const person = await world().person();
  const thief = world().browser();
  await ask(thief, person.username);
  const link = await thief.open((await letterTo(world(), person)).link);
  await thief.press(link, WORDS.en.password);
  const browser = world().browser();
  const page = await signedIn(person, browser);
  const begun = await browser.open(notMe(page, '“Lost credentials?”'));
  expect(begun.text).toContain('That alone opens nothing');
  const opened = await browser.open(notMe(page, 'The link in the e-mail was opened'));
  expect(opened.text).toContain('someone else may have your mailbox');
});

it('A1 nobody reads a line that is another account’s, or is shown to nobody', async () => {
  const [person, other] = [await world().person(), await world().person()];
  const browser = world().browser();
  await signedIn(person, browser);
  const [theirs] = await world().ports.store.activity.of(other.id, { limit: 1 });
  const [own] = await world().ports.store.activity.of(person.id, { limit: 1 });
  expect((await browser.open(`${LIST}/${theirs?.seq}`)).status).toBe(404);
  for (const odd of ['0', '-1', 'x', `${own?.seq}.5`, '9'.repeat(30), 'export'])
    expect([404, 405]).toContain((await browser.open(`${LIST}/${odd}`)).status);
  // One that can be contested goes on to where it is.
  expect((await browser.request(`${LIST}/${own?.seq}`)).headers.get('location')).toMatch(
    /\/account\/notices\/.*\/not-me$/,
  );
});

const download = async (browser: Browser, page: PageOf, button = 'Download as CSV') => {
  const form = page.formWith(button);
  return browser.request(form.action ?? '', {
    method: 'POST',
    body: new URLSearchParams(form.fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
};

it('is downloaded as it is shown, in the reader’s language, and that is written down', async () => {
  const person = await world().person({ locale: 'fr' });
  await failed(person);
  const browser = world().browser({ language: 'fr' });
  await signedIn(person, browser);
  await world().ports.store.audit.append(
    { kind: 'device.renamed', accountId: person.id, actor: 'user', details: { what: 'totp', name: '=HYPERLINK("x")' } },
    { ip: '203.0.113.9', userAgent: '=cmd', deviceHash: null },
  );
  const shown = await browser.open(`${LIST}?show=failed-tries`);
  expect(shown.heading).toBe('Activité');
  const file = await download(browser, shown, 'Télécharger en CSV');
  expect(file.status).toBe(200);
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="activite-\d{4}-\d\d-\d\d\.csv"$/);
  expect(file.headers.get('cache-control')).toBe('no-store');
  const bytes = Buffer.from(await file.arrayBuffer());
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  const lines = bytes.toString('utf8').slice(1).split('\r\n');
  expect(lines[0]).toBe('"Heure (UTC)","Quoi","Détails","Adresse IP","Appareil"');
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d","Échec de connexion","Mot de passe erroné","198\./),
    '',
  ]);

  const all = await (await download(browser, await browser.open(LIST), 'Télécharger en CSV')).text();
  expect(all).toContain(`"'=HYPERLINK(""x"")"`);
  const written = await world().ports.store.activity.of(person.id, { kinds: ['account.exported'], limit: 9 });
  expect(written.map(({ details, ip }) => [details['what'], ip])).toEqual([
    ['activity', browser.ip],
    ['activity', browser.ip],
  ]);
});

it('A23 so many downloads in an hour; the list stays, and says when there is another one', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await signedIn(person, browser);
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) statuses.push((await download(browser, page)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
  const refused = await browser.press(page, 'Download as CSV');
  expect([refused.status, refused.path, refused.heading]).toEqual([429, `${LIST}/export`, 'Activity']);
  expect(refused.alert).toMatch(/You can do so again in \d+ minutes/);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  expect(refused.formWith('Download as CSV').action).toBe(`${LIST}/export`);
  const written = await world().ports.store.activity.of(person.id, { kinds: ['account.exported'], limit: 99 });
  expect(written).toHaveLength(10);
  // What an owner must be able to change is counted apart.
  const budget = { budget: 'changes-per-account', key: person.id } as const;
  expect(await world().ports.limits.emptyUntil([budget])).toBeUndefined();
});

it('A4 A27 a download needs the session and our own form', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await signedIn(person, browser);
  const { _csrf, ...without } = page.formWith('Download as CSV').fields;
  expect((await browser.post(`${LIST}/export`, without)).status).toBe(403);
  expect((await browser.open(`${LIST}/export`)).status).toBe(405);
  await world().ports.store.sessions.endAll(person.id);
  const over = await download(browser, page);
  expect([over.status, over.headers.get('content-disposition')]).toEqual([303, null]);
  expect(await world().ports.store.activity.of(person.id, { kinds: ['account.exported'], limit: 9 })).toEqual([]);
});

it('a failed step of a recovery is one, and of a sign-in the other; one wrong code is one line', async () => {
  const person = await world().person();
  const browser = world().browser();
  const page = await browser.open('/account');
  const second = await browser.press(page, undefined, { username: person.username, password: PASSWORD });
  const wrong = person.code() === '000000' ? '111111' : '000000';
  await browser.press(second, undefined, { code: wrong });
  const again = await browser.open(second.url.pathname);
  const home = world().browser();
  const list = await signInAt(world(), home, person, await home.open(LIST));
  expect(again.heading).toBe('Second factor');
  expect(rowsOf(list).filter((row) => row.includes('Wrong code of the authenticator app'))).toHaveLength(1);
});

it('signing out says from where', async () => {
  const person = await world().person();
  const browser = world().browser();
  await signedIn(person, browser);
  await browser.press(await browser.open('/session/end'));
  const [line] = await world().ports.store.activity.of(person.id, { kinds: ['signed-out'], limit: 1 });
  expect(line?.ip).toBe(browser.ip);
});
