import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseEmergencyCode } from '../../../src/domain/emergency-code.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { PASSWORD, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const WORDS = {
  en: {
    issue: 'Issue the emergency code',
    use: 'Use an emergency code',
    go: 'Continue',
    spelled: /Kilo|Alfa|[0-9] · /,
  },
  fr: { issue: "Délivrer le code d'urgence", use: '', go: '', spelled: /Kléber|Anatole|[0-9] · / },
} as const;
const world = useWorld();
const policy = PRESETS['password-sms'];
const CHECK = policy.emergencyCode.operator.checks[1] ?? '';
const ticked = { 'check-1': CHECK, reason: 'showed her passport at the desk', ticket: 'T-4711' };

let operator: Person;
let desk: Browser;

beforeAll(async () => {
  await world().policy(policy);
  operator = await staff(world(), 'operator', 'default');
  desk = world().browser();
  await openAdmin(world(), desk, operator);
});
beforeEach(() => world().policy(policy));

const at = ({ id }: Pick<Person, 'id'>, below = '') => `/admin/users/${id}${below}`;
const load = async ({ id }: Pick<Person, 'id'>) => world().ports.store.accounts.load(id);
const codeOn = (page: PageOf): string =>
  (/data-testid="emergency-code">([^]*?)<\/code>/.exec(page.html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
const linesOf = (person: Pick<Person, 'id'>) =>
  world().running.context.administration.store.log.page({ scope: null, accountId: person.id, limit: 20 });
const issue = async (person: Person, fields: Record<string, string>, browser = desk) => {
  const form = await browser.open(at(person, '/emergency-code'));
  expect(form.status).toBe(200);
  const chosen = { uses: '1', lifetime: '86400' };
  return browser.post(at(person, '/emergency-code'), { ...form.formWith(WORDS.en.issue).fields, ...chosen, ...fields });
};

describe('M6 an operator issues an emergency code', () => {
  test('shown once to be read out, written down with who, how it was checked and the ticket; it signs its owner in', async () => {
    const person = await world().person();
    const page = await issue(person, { ...ticked, uses: '2', lifetime: '28800' });
    const code = codeOn(page);
    expect('code' in parseEmergencyCode(code)).toBe(true);
    expect([page.headers.get('cache-control'), page.url.search]).toEqual([expect.stringContaining('no-store'), '']);
    expect(page.text).toMatch(WORDS.en.spelled);
    expect(page.text).toContain('It signs in 2 times.');
    const held = (await load(person))?.emergencyCode;
    expect(held).toMatchObject({ uses: 2, issuedBy: 'operator', highestAcr: 'urn:regain:acr:1' });
    expect(((held?.expiresAt ?? 0) - (held?.validFrom ?? 0)) / 1000).toBe(28_800);
    const [line] = (await linesOf(person)).filter(({ kind }) => kind === 'emergency-code.issued');
    const details = { operator: operator.id, by: operator.username, checked: [CHECK], ticket: 'T-4711', uses: 2 };
    expect(line).toMatchObject({ actor: 'operator', ip: desk.ip, details: { ...details, reason: ticked.reason } });
    const mail = await world().mail(person.email, 'An emergency code was issued');
    for (const secret of [code, code.replaceAll('-', ''), operator.username]) expect(mail.text).not.toContain(secret);
    expect(mail.text).toContain('/not-me/');
    const own = JSON.stringify(await world().ports.store.activity.of(person.id, { limit: 20 }));
    for (const secret of [operator.id, operator.username, 'T-4711', 'passport', CHECK])
      expect(own).not.toContain(secret);
    expect(world().log()).not.toContain(code);
    expect((await desk.open(at(person))).html).not.toContain(code);

    const browser = world().browser();
    const first = await browser.open('/account/devices');
    const second = await browser.press(first, undefined, { username: person.username, password: PASSWORD });
    const asked = await browser.press(second, WORDS.en.use);
    expect((await browser.press(asked, WORDS.en.go, { code })).path).toBe('/account/devices');
    expect((await load(person))?.emergencyCode?.usesLeft).toBe(1);
  });

  test('nothing is issued without a check of the policy and a reason, nor for more than it gives', async () => {
    const person = await world().person();
    const none = await issue(person, { reason: 'knows her' });
    expect([none.status, none.alert]).toEqual([422, expect.stringContaining('Tick what you have checked')]);
    expect((await issue(person, { ...ticked, 'check-1': 'a hunch' })).alert).toContain('Tick what you have checked');
    expect((await issue(person, { ...ticked, reason: ' ' })).alert).toContain('needs a reason');
    for (const uses of ['6', '0', '-1', '1e3', '']) expect((await issue(person, { ...ticked, uses })).status).toBe(422);
    for (const lifetime of ['604801', '0', 'x'])
      expect((await issue(person, { ...ticked, lifetime })).status).toBe(422);
    expect((await load(person))?.emergencyCode).toBeNull();
    await world().ports.store.accounts.update(person.id, { frozenAt: Date.now() });
    expect((await desk.open(at(person, '/emergency-code'))).path).toBe(at(person));
  });

  test('what is typed is kept as text, ticks included (ATTACKS A28)', async () => {
    const person = await world().person();
    const page = await issue(person, { ...ticked, uses: '9', reason: '<script>alert(1)</script>' });
    expect(page.html).not.toContain('<script>alert');
    expect(page.formWith(WORDS.en.issue).fields).toMatchObject({ 'check-1': CHECK, ticket: 'T-4711' });
  });

  test('in French', async () => {
    const person = await world().person();
    const french = world().browser({ language: 'fr' });
    const speaker = await staff(world(), 'operator', 'default', { locale: 'fr' });
    await openAdmin(world(), french, speaker);
    const form = await french.open(at(person, '/emergency-code'));
    expect(form.lang).toBe('fr');
    expect(form.heading).toContain(person.username);
    const page = await french.post(at(person, '/emergency-code'), {
      ...form.formWith(WORDS.fr.issue).fields,
      ...ticked,
      uses: '1',
      lifetime: '3600',
    });
    expect(codeOn(page)).not.toBe('');
    expect(page.text).toMatch(WORDS.fr.spelled);
  });

  test('taken back with a reason: what was signed in with it ends, and the owner is told', async () => {
    const person = await world().person();
    const code = codeOn(await issue(person, ticked));
    expect((await desk.open(at(person))).text).toContain('Out: 1 use left.');
    const browser = world().browser();
    const first = await browser.open('/account/devices');
    const second = await browser.press(first, undefined, { username: person.username, password: PASSWORD });
    await browser.press(await browser.press(second, WORDS.en.use), WORDS.en.go, { code });
    const page = await desk.open(at(person, '/revoke-emergency-code'));
    const done = await desk.press(page, 'Take it back', { reason: 'it was not her' });
    expect(done.text).toContain('Sessions ended: 1');
    expect((await load(person))?.emergencyCode).toBeNull();
    expect((await browser.open('/account/devices')).path).toMatch(/^\/sign-in\//);
    const [line] = (await linesOf(person)).filter(({ kind }) => kind === 'emergency-code.revoked');
    expect(line).toMatchObject({ actor: 'operator', details: { by: operator.username, reason: 'it was not her' } });
    expect((await desk.open(at(person, '/revoke-emergency-code'))).path).toBe(at(person));
  });
});
