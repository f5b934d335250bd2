import { expect, test } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import { grantRole } from '../../../src/flows/administration/roles.ts';
import type { Person } from '../../support/people.ts';
import { ask, enrolShown, letterTo, WORDS, walkToNewFactor } from '../recovery/steps.ts';
import { useWorld } from '../recovery/world.ts';

const world = useWorld();
const words = WORDS.en;

const grant = async ({ username }: Person, role: 'operator' | 'admin' = 'admin') => {
  const done = await grantRole(world().running.context.administration, username, { role, organizationId: null });
  if (done.outcome !== 'set') throw new Error(done.reason);
};
const load = async ({ id }: Person) => {
  const account = await world().ports.store.accounts.load(id);
  if (!account) throw new Error('no account');
  return account;
};
const auditOf = async ({ id }: Person) =>
  (await world().ports.store.activity.of(id, { limit: 100 })).map(({ kind }) => kind);

test('A24 the account of somebody with a role is decided by the recovery routes of strict, with the sign-in of its organization', async () => {
  const person = await world().person();
  const before = (await load(person)).policy;
  expect(before.routes['reset-password'].map(({ id }) => id)).toContain('link-alone');
  await grant(person);
  const { policy } = await load(person);
  expect(policy.routes['reset-password']).toEqual(PRESETS.strict.routes['reset-password']);
  expect(policy.routes['sign-in']).toEqual(before.routes['sign-in']);
  expect(policy.secondFactor).toEqual({ ...before.secondFactor, required: true });
});

test('A24 an operator without a second factor cannot have the password by the mailbox alone, as everybody else there can', async () => {
  const [plain, operator] = [await world().person({ totp: false }), await world().person({ totp: false })];
  await grant(operator, 'operator');
  const offered = async (person: Person) => {
    const browser = world().browser();
    await ask(browser, person.username);
    const { link } = await letterTo(world(), person);
    const page = await browser.open(link);
    return page.buttons.includes(words.password) || page.buttons.includes(words.setPassword);
  };
  expect(await offered(plain)).toBe(true);
  expect(await offered(operator)).toBe(false);
});

test('A24 a recovery puts the roles to sleep in the same transaction, and says so in the log; nobody without a role notices', async () => {
  const [admin, person] = [await world().person(), await world().person()];
  await grant(admin);
  const before: number[] = [];
  for (const somebody of [admin, person]) {
    const browser = world().browser();
    await ask(browser, somebody.username);
    const page = await walkToNewFactor(world(), browser, somebody);
    before.push((await load(somebody)).roles.filter(({ asleepSince }) => asleepSince !== null).length);
    await enrolShown(browser, page);
  }
  expect(before).toEqual([0, 0]);
  const { roles, recoveredAt } = await load(admin);
  expect(recoveredAt).not.toBeNull();
  expect(roles).toEqual([{ role: 'admin', organizationId: null, asleepSince: recoveredAt }]);
  expect(await auditOf(admin)).toContain('role.asleep');
  expect(await auditOf(person)).not.toContain('role.asleep');
});
