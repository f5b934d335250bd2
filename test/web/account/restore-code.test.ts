import { beforeAll, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { grouped, restoreCodeFrom } from '../../../src/domain/restore-code.ts';
import type { Person } from '../../support/people.ts';
import { folded, type PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openConsole } from './console.ts';

const CODE = '/account/restore-code';
const SIGN_IN = 'Sign in to your account';
const ACTIVATE = 'Activate';
const world = useWorld();
beforeAll(() => world().policy(PRESETS['restore-code']));

const codeOn = (page: PageOf) =>
  /data-testid="restore-code">([^]*?)<\/code>/.exec(page.html)?.[1]?.replaceAll(/<[^>]*>/g, '') ?? '';
const heldBy = async ({ id }: Pick<Person, 'id'>) => (await world().ports.store.accounts.load(id))?.restoreCode ?? null;

/** A person with a restore code that counts, in the browser where it was made. */
async function withCode(settings?: Parameters<ReturnType<typeof world>['person']>[0]) {
  const person = await world().person(settings);
  const browser = world().browser();
  const page = await openConsole(world(), browser, person, `${CODE}/new`);
  const code = codeOn(page);
  const done = await browser.press(page, ACTIVATE, { code });
  return { person, browser, page, code, done };
}

it('is made, shown once and counts when it is typed back; everybody is told, and the log says so', async () => {
  const person = await world().person();
  const browser = world().browser();
  const none = await openConsole(world(), browser, person, CODE);
  expect([none.heading, none.text.includes('You have no restore code.')]).toEqual(['Restore code', true]);
  const page = await browser.open(none.link('Create a restore code'));
  const code = codeOn(page);
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){6}$/);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(await heldBy(person)).toBeNull();

  const done = await browser.press(page, ACTIVATE, { code: ` ${code.toLowerCase().replaceAll('-', ' ')} ` });
  expect([done.path, done.heading]).toEqual([CODE, 'Restore code']);
  expect(done.text).toContain('Your restore code is active.');
  expect(done.text).toContain('Shown to you on the screen');
  expect(done.html).not.toContain(code);
  await world().mail(person.email, 'A restore code was activated');
  await world().sms(person.phone, /restore code was activated/);
  const log = await browser.open('/account/activity');
  expect(log.text).toContain('Restore code activated');
  // Nothing of it is anywhere in the log of the process.
  expect(world().log()).not.toContain(code.replaceAll('-', ''));
  expect(world().log()).not.toContain(code);
});

it('what was typed wrong stays, and so does the code; every fault is named', async () => {
  const person = await world().person();
  const browser = world().browser();
  let page = await openConsole(world(), browser, person, `${CODE}/new`);
  const code = codeOn(page);
  const slip = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
  const other = grouped(restoreCodeFrom(Buffer.alloc(27, 7)));
  for (const [typed, said] of [
    ['', 'Enter the restore code that is shown above.'],
    ['123456', 'A restore code has 28 letters and digits.'],
    [slip, 'One character is wrong, or two are swapped.'],
    [other, 'This is another restore code'],
  ] as const) {
    page = await browser.press(page, ACTIVATE, { code: typed });
    expect([page.status, page.alert, codeOn(page)]).toEqual([422, expect.stringContaining(said), code]);
    expect(page.formWith(ACTIVATE).fields['code']).toBe(typed);
  }
  expect(await heldBy(person)).toBeNull();
  expect((await browser.press(page, ACTIVATE, { code })).path).toBe(CODE);
});

it('A16 the form that activated it activates nothing again: not sent twice, not after another one, not elsewhere, not later', async () => {
  const { person, browser, page, code } = await withCode();
  const first = await heldBy(person);
  await browser.press(page, ACTIVATE, { code });
  expect((await heldBy(person))?.id).toBe(first?.id);

  const two = await browser.open(`${CODE}/new`);
  expect(two.text).toContain('stays good until this one is activated');
  const three = await browser.open(`${CODE}/new`);
  await browser.press(two, ACTIVATE, { code: codeOn(two) });
  const second = await heldBy(person);
  expect(second?.id).not.toBe(first?.id);
  for (const late of [page, three]) {
    const answer = await browser.press(late, ACTIVATE, { code: codeOn(late) });
    expect([answer.status, answer.alert.includes('is worth nothing')]).toEqual([422, true]);
    expect((await heldBy(person))?.id).toBe(second?.id);
  }

  // Another session of the same account, and another account.
  for (const whose of [person, await world().person()]) {
    const elsewhere = world().browser();
    const there = await openConsole(world(), elsewhere, whose, `${CODE}/new`);
    const { action, fields } = there.formWith(ACTIVATE);
    const answer = await elsewhere.post(action ?? there.path, {
      ...fields,
      shown: three.formWith(ACTIVATE).fields['shown'] ?? '',
      code: codeOn(three),
    });
    expect(answer.status).toBe(422);
    expect(codeOn(answer)).not.toBe(codeOn(three));
  }
  expect((await heldBy(person))?.id).toBe(second?.id);
});

it('A4 neither made, confirmed, seen nor copied in an old session or one of one factor; removed in any', async () => {
  const { person, browser } = await withCode();
  const page = await browser.open(`${CODE}/new`);
  const see = await browser.open(`${CODE}/see`);
  const before = await heldBy(person);
  world().later(21 * 60_000);
  expect((await browser.press(page, ACTIVATE, { code: codeOn(page) })).heading).toBe(SIGN_IN);
  const asked = await browser.press(see, 'Show the code');
  expect([asked.heading, codeOn(asked)]).toEqual([SIGN_IN, '']);
  for (const button of ['Download as a text file', 'Open the page to print'])
    expect((await browser.press(page, button)).heading).toBe(SIGN_IN);
  for (const path of [`${CODE}/new`, `${CODE}/see`]) expect((await browser.open(path)).heading).toBe(SIGN_IN);
  expect((await heldBy(person))?.id).toBe(before?.id);

  const remove = await browser.open(`${CODE}/remove`);
  const gone = await browser.press(remove, 'Remove the restore code');
  expect([gone.path, gone.text.includes('Your restore code was removed.')]).toEqual([CODE, true]);
  expect(await heldBy(person)).toBeNull();
  await world().mail(person.email, 'Your restore code was removed');
});

it('is shown again as it is, each time told and written down', async () => {
  const { person, browser, code } = await withCode();
  for (const time of [1, 2]) {
    const ask = await browser.open(`${CODE}/see`);
    expect(codeOn(ask)).toBe('');
    const seen = await browser.press(ask, 'Show the code');
    expect([time, codeOn(seen), seen.headers.get('cache-control')]).toEqual([time, code, 'no-store']);
    await world().mail(person.email, 'Your restore code was shown again');
  }
  const log = await browser.open('/account/activity');
  expect(log.text.split('Restore code shown again').length).toBeGreaterThanOrEqual(3);
});

it('where the policy shows it once no copy is kept; switching it off erases those that are there (S2)', async () => {
  const { person, browser } = await withCode();
  expect((await heldBy(person))?.sealed).not.toBeNull();
  await world().policy({
    ...PRESETS['restore-code'],
    restoreCode: { ...PRESETS['restore-code'].restoreCode, shownAgain: false },
  });
  expect((await heldBy(person))?.sealed).toBeNull();
  const page = await browser.open(CODE);
  expect(page.text).toContain('no copy was kept');
  expect(page.links.map(({ text }) => text)).not.toContain('Show it again');
  expect((await browser.open(`${CODE}/see`)).path).toBe(CODE);
  const another = await withCode();
  expect([another.done.path, (await heldBy(another.person))?.sealed]).toEqual([CODE, null]);
  await world().policy(PRESETS['restore-code']);
});

it('a file and a page for paper, by POST only, in the language of the page (A28)', async () => {
  const person = await world().person({ locale: 'fr' });
  const browser = world().browser({ language: 'fr' });
  const page = await openConsole(world(), browser, person, `${CODE}/new`);
  const code = codeOn(page);
  const file = await browser.press(page, 'Télécharger en fichier texte');
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="code-de-restauration.txt"');
  expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(file.html).toContain(code);
  expect(folded(file.html)).toContain("choisissez « J'ai mon code de restauration »");
  const paper = await browser.press(page, 'Ouvrir la page à imprimer');
  expect([paper.lang, codeOn(paper), paper.headers.get('cache-control')]).toEqual(['fr', code, 'no-store']);
  expect(paper.html).not.toContain('class="sections"');
  for (const path of ['file', 'paper']) {
    expect((await browser.open(`${CODE}/${path}`)).path).toBe(CODE);
    const { fields } = page.formWith('Activer');
    for (const shown of ['', '<script>', 'x'.repeat(4_096), fields['shown']?.slice(0, -4) ?? '']) {
      const answer = await browser.post(`${CODE}/${path}`, { _csrf: fields['_csrf'] ?? '', shown });
      expect([answer.path, codeOn(answer)]).toEqual([CODE, '']);
    }
  }
});

it('A28 strange text in the field is shown as text, and too much of it is refused with a page', async () => {
  const person = await world().person();
  const browser = world().browser();
  let page = await openConsole(world(), browser, person, `${CODE}/new`);
  for (const typed of ['"><script>alert(1)</script>', '\u202e7K2M', 'é'.repeat(4_000), '{{code}} $t(x)']) {
    page = await browser.press(page, ACTIVATE, { code: typed });
    expect([page.status, page.formWith(ACTIVATE).fields['code']]).toEqual([422, typed]);
    expect(page.html).not.toContain('<script>alert');
  }
  expect((await browser.press(page, ACTIVATE, { code: 'x'.repeat(5_000) })).status).toBe(400);
});

it('forbidden for the account, or offered by nobody: said to the owner, and no page gives one (S9)', async () => {
  const { person, browser, page, code } = await withCode();
  const { db } = world().running.context.database;
  await db.updateTable('accounts').set({ restore_forbidden: true }).where('id', '=', person.id).execute();
  const forbidden = await browser.open(CODE);
  expect(forbidden.text).toContain('does not allow restoring for this account');
  expect(forbidden.links.map(({ text }) => text)).not.toContain('Replace it');
  for (const path of ['new', 'see']) expect((await browser.open(`${CODE}/${path}`)).path).toBe(CODE);
  expect((await browser.press(page, 'Download as a text file')).html).not.toContain(code);
  await db.updateTable('accounts').set({ restore_forbidden: false }).where('id', '=', person.id).execute();

  await world().policy(PRESETS['password-sms']);
  expect((await browser.open(CODE)).text).toContain('no longer offers restore codes');
  const another = await openConsole(world(), world().browser(), await world().person());
  expect(another.links.map(({ text }) => text)).not.toContain('Restore code');
  await world().policy(PRESETS['restore-code']);
});
