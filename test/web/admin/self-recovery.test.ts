import { beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { errorsIn, findingsOf } from '../../../src/domain/proof-of-policy/proof-of-policy.ts';
import { addOrganization, type Person } from '../../support/people.ts';
import type { Browser } from '../recovery/browser.ts';
import type { PageOf } from '../recovery/page.ts';
import { ask, letterTo, smsCode, WORDS } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';
import { openAdmin, staff } from './staff.ts';

const world = useWorld();
const ON = 'Switch on for everybody';
const PILOT = 'Switch on for the pilot group';
const OFF = 'Switch off';
const REASON = 'decided by the board';

/** An organization as it begins: nobody recovers by themselves. */
let id: string;
let inside: Person;
let outside: Person;
let noPhone: Person;
let elsewhere: Person;
let admin: Person;
let office: Browser;
beforeAll(async () => {
  const own = { ...world().running.context, clock: { now: 0 }, close: async () => {} };
  id = await addOrganization(own, PRESETS.off);
  [inside, outside, noPhone] = [
    await world().person({ organizationId: id, givenName: 'Ida' }),
    await world().person({ organizationId: id }),
    await world().person({ organizationId: id }),
  ];
  elsewhere = await world().person();
  const { db } = world().running.context.database;
  await db.deleteFrom('contact_points').where('kind', '=', 'phone').where('account_id', '=', noPhone.id).execute();
  admin = await staff(world(), 'admin', id);
  office = world().browser();
  await openAdmin(world(), office, admin);
}, 120_000);

const at = (below = '') => `/admin/self-recovery/${id}${below}`;
const stage = async () => /class="state[^>]*>([^<]*)/.exec((await office.open(at())).html)?.[1] ?? '';
const inForce = () => world().running.context.administration.store.policies.inForce(id);
async function switchTo(way: '/on-for-pilot-group' | '/on-for-everybody' | '/off', fields = {}): Promise<PageOf> {
  const form = (await office.open(at(way))).forms.find((one) => 'reason' in one.fields);
  return office.post(at(way), { ...form?.fields, reason: REASON, ...fields });
}
const another = () => world().person({ organizationId: id });
async function optionsOf(person: Person): Promise<PageOf> {
  const browser = world().browser();
  await ask(browser, person.username);
  return browser.open((await letterTo(world(), person)).link);
}

test('T9 who is ready, and who would be left out by what, with a list to act on', async () => {
  const page = await office.open('/admin/self-recovery');
  expect([page.path, page.heading]).toEqual([at(), `Self-recovery: Organization ${id}`]);
  expect(page.text).toContain('Ready to recover by themselves: 2 of 3 (67%)');
  expect(page.text).toContain('Verified phone number 2 67%');
  expect(page.text).toContain('After a lost second factor: no verified phone number 1 account (33%)');
  const list = await office.open(page.link('Show them'));
  expect(list.heading).toBe('After a lost second factor: no verified phone number');
  expect(list.text).toContain(noPhone.username);
  expect(list.text).not.toContain(inside.username);
  // Somebody else's list is nowhere, and a reason that is none lists nobody.
  expect((await office.open('/admin/self-recovery/default/left-out')).status).toBe(404);
  expect((await office.open(`${at('/left-out')}?lost=password&reason=%27`)).text).toContain('nobody any more');
});

test('the pilot group is written by name; names that nobody here has stay in the field', async () => {
  const page = await office.open(at('/pilot-group'));
  const done = await office.press(page, 'Add to the pilot group', {
    names: `${inside.username}\n${elsewhere.username}, nobody-there\n${inside.email}`,
  });
  expect(done.status).toBe(422);
  expect(done.text).toContain('One account was added');
  expect(done.alert).toContain(`Nobody in this organization is called ${elsewhere.username}.`);
  expect(done.html).toMatch(new RegExp(`<textarea[^>]*>\\s*${elsewhere.username}\\nnobody-there</textarea>`));
  expect((await office.press(page, 'Add to the pilot group', { names: ' ,\n' })).alert).toContain('at least one');
  expect((await office.open(at('/pilot-group'))).text).toContain(`${inside.username} Ida`);
  expect((await world().ports.store.accounts.load(elsewhere.id))?.inPilot).toBe(false);
});

test('switching asks for a reason, and nothing is put in force without one', async () => {
  const before = await inForce();
  const missing = await switchTo('/on-for-pilot-group', { reason: '' });
  expect([missing.status, missing.alert]).toEqual([422, expect.stringContaining('Say why')]);
  expect(await inForce()).toEqual(before);
});

test('on for the pilot group: inside it recovers, outside it reads what one reads where it is off', async () => {
  const off = await optionsOf(outside);
  expect((await switchTo('/on-for-pilot-group')).path).toBe(at());
  expect(await stage()).toBe('On for the pilot group');

  const [within, without] = [await optionsOf(inside), await optionsOf(outside)];
  expect(within.buttons).toContain(WORDS.en.factor);
  expect(without.buttons).toEqual(off.buttons);
  expect(without.text).toBe(off.text);
  expect(without.buttons).not.toContain(WORDS.en.factor);

  // From outside neither can be told from a name that nobody has.
  const answers = await Promise.all(
    [inside.username, outside.username, 'x'.repeat(10)].map(async (name) => {
      const page = await ask(world().browser(), name);
      return [page.status, page.path, page.text.replaceAll(name, 'NAME')];
    }),
  );
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);

  const { log } = world().running.context.administration.store;
  const [written] = await log.page({ scope: [id], kind: 'policy.set', limit: 1 });
  expect(written?.details).toMatchObject({ recovery_for: 'pilot', reason: REASON, by: admin.username });
});

test('a recovery that is under way stops at its next step when somebody is taken out, and nothing has changed', async () => {
  const browser = world().browser();
  await ask(browser, inside.username);
  let page = await browser.press(await browser.open((await letterTo(world(), inside)).link), WORDS.en.factor);
  page = await browser.press(page, WORDS.en.signIn, { password: 'a long walk by the lake' });
  const code = await smsCode(world(), inside);

  const group = await office.open(at('/pilot-group'));
  expect((await office.press(group, 'Take out')).text).toContain(`${inside.username} was taken out`);
  const held = (await world().ports.store.accounts.load(inside.id))?.credentials;
  const stopped = await browser.press(page, WORDS.en.continue, { code });
  expect(stopped.totpSecret).toBe('');
  expect(stopped.text).toContain('Your organization has not switched this on.');
  expect((await world().ports.store.accounts.load(inside.id))?.credentials).toEqual(held);
  const again = await office.open(at('/pilot-group'));
  await office.press(again, 'Add to the pilot group', { names: inside.username });
});

test('on for everybody, and off again, each a version of the policy in which nothing else changes', async () => {
  const was = await inForce();
  expect((await switchTo('/on-for-everybody')).text).toContain('Self-recovery is on for everybody.');
  expect((await optionsOf(await another())).buttons).toContain(WORDS.en.factor);
  const now = await inForce();
  expect(now?.version).toBe((was?.version ?? 0) + 1);
  expect(now?.policy).toEqual({ ...was?.policy, selfRecoveryFor: 'everybody' });

  const page = await office.open(at('/off'));
  expect(page.text).toMatch(/\d+ recoveries are under way/);
  expect((await switchTo('/off')).text).toContain('Self-recovery is off.');
  expect((await optionsOf(await another())).buttons).not.toContain(WORDS.en.factor);
  expect((await optionsOf(inside)).buttons).not.toContain(WORDS.en.factor);
});

test('what somebody else has put in force meanwhile is left alone', async () => {
  const page = await office.open(at('/on-for-everybody'));
  await world().policy(PRESETS['restore-code'], id);
  const late = await office.press(page, ON, { reason: REASON });
  expect([late.status, late.text]).toEqual([409, expect.stringContaining('changed the policy meanwhile')]);
  expect((await inForce())?.policy.name).toBe('restore-code');
});

test('an error of the proof is accepted by its name, once; switching off is never held up', async () => {
  const unsafe = { ...PRESETS.off, secondFactor: { ...PRESETS.off.secondFactor, required: false } };
  unsafe.routes = { ...unsafe.routes, 'reset-both': [{ id: 'link-alone', proofs: ['email-code'] }] };
  const errors = errorsIn(findingsOf({ ...unsafe, selfRecovery: true })).map(({ name }) => name);
  expect(errors.length).toBeGreaterThan(0);
  await world().policy(unsafe, id);
  await world().running.context.database.db.deleteFrom('accepted_findings').where('organization_id', '=', id).execute();

  const refused = await switchTo('/on-for-everybody');
  expect([refused.status, refused.alert]).toEqual([422, expect.stringContaining('Accept each error')]);
  expect((await inForce())?.policy.selfRecovery).toBe(false);
  const ticks = Object.fromEntries(errors.map((name) => [`accept-${name}`, 'on']));
  expect((await switchTo('/on-for-everybody', ticks)).path).toBe(at());
  const version = (await inForce())?.version ?? 0;
  const { policies } = world().running.context.administration.store;
  expect((await policies.accepted(id, version)).map(({ finding, reason }) => [finding, reason])).toEqual(
    errors.toSorted().map((name) => [name, REASON]),
  );
  // It stays accepted while only the switch moves.
  expect((await switchTo('/on-for-pilot-group')).path).toBe(at());
  expect((await switchTo('/off')).path).toBe(at());
  const links = (await office.open(at())).links.map(({ text }) => text);
  expect([ON, PILOT, OFF].map((one) => links.includes(one))).toEqual([true, true, false]);
});
