import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_ACTS, OPERATOR_ACTS } from '../../src/domain/administration.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Role } from '../../src/domain/role.ts';
import { createAccount } from '../../src/flows/administration/create-account.ts';
import { confirmRoles, grantRole, revokeRole } from '../../src/flows/administration/roles.ts';
import type { AdministrationPorts } from '../../src/flows/ports/administration.ts';
import { ACTS, type ConsoleAct, type ConsoleActName, create } from '../flows/administration/acts.ts';
import { ownerOf } from '../support/owner.ts';
import { addOrganization, addPerson, type Person } from '../support/people.ts';
import { openPorts, type TestPorts } from '../support/ports.ts';

const usual = PRESETS['restore-code'];
/** Operators may everything that a policy can give them: what is refused here is so by rank and place alone. */
const policy: Policy = {
  ...usual,
  administration: { ...usual.administration, operatorMay: [...OPERATOR_ACTS] },
  emergencyCode: { ...usual.emergencyCode, operator: { ...usual.emergencyCode.operator, checks: [] } },
};
const { operator: terms } = policy.emergencyCode;
const together: Policy = {
  ...policy,
  emergencyCode: { ...policy.emergencyCode, operator: { ...terms, fourEyes: true } },
};
const NAMES = Object.keys(ACTS).filter((name): name is ConsoleActName => Object.hasOwn(ACTS, name));
const READS = ['see', 'see-contacts', 'see-log', 'export-log', 'see-report', 'see-recovery', 'see-clients'];
/** About nobody: test/flows/administration/clients.test.ts, test/web/admin/policy.test.ts. */
const ABOUT_NOBODY = [
  'change-clients',
  'change-policy',
  'switch-recovery',
  'change-organization',
  'create-organization',
];

let here: TestPorts;
let pair: string;
let elsewhere: string;
let people: Readonly<Record<'operator' | 'peer' | 'admin' | 'above' | 'stranger' | 'asleep' | 'fallen', Person>>;

beforeAll(async () => {
  here = await openPorts();
  await here.administration.store.policies.set('default', policy);
  [pair, elsewhere] = [await addOrganization(here, together), await addOrganization(here, policy)];
  people = {
    operator: await staff('operator', 'default'),
    peer: await staff('operator', 'default'),
    admin: await staff('admin', 'default'),
    above: await staff('admin', null),
    stranger: await staff('admin', elsewhere),
    asleep: await staff('admin', null),
    fallen: await staff('operator', 'default'),
  };
  await here.ports.store.accounts.update(people.asleep.id, { recoveredAt: here.ports.now() });
  const lost = { role: 'operator', organizationId: 'default' } as const;
  await revokeRole(here.administration, people.fallen.username, lost);
});
afterAll(() => here.close());

async function staff(role: Role, organizationId: string | null): Promise<Person> {
  const person = await addPerson(here);
  await grantRole(here.administration, person.username, { role, organizationId });
  return person;
}

/** The ports of somebody at the console, in a session of this moment. */
const desk = async ({ id }: Person): Promise<AdministrationPorts> => ({
  ...here.administration,
  operator: await ownerOf(here, id),
});
const linesOf = (accountId: string) => here.administration.store.log.page({ scope: null, accountId, limit: 50 });
/** All that an act could change. */
const standing = async ({ id }: Pick<Person, 'id'>) => {
  const { store, now } = here.ports;
  const [account, proposal] = [await store.accounts.load(id), await store.codeProposals.open(id, now())];
  const requests = (await store.emergencyRequests.queue(null, now(), 1_000)).filter(
    ({ accountId }) => accountId === id,
  );
  const open = requests.map(({ state, claimedBy }) => [state, claimedBy]);
  return JSON.stringify([account, proposal, open.every(([state, by]) => state === 'open' && by === null)]);
};
const refused = { outcome: 'refused', reason: 'not-allowed' };

/** What there has to be before there is anything to do; the account that it is about. */
const READY: Partial<Record<ConsoleActName, () => Promise<string>>> = {
  resume: async () => {
    const { id } = await addPerson(here);
    await ACTS.suspend.run(here.administration, id);
    return id;
  },
  invite: async () => {
    const made = await createAccount(here.administration, {
      username: `i${here.crypto.digits(9)}`,
      email: `i${here.crypto.digits(9)}@example.com`,
      organizationId: 'default',
      emailVerified: false,
      phoneVerified: false,
      invite: false,
    });
    return made.outcome === 'created' ? made.sub : '';
  },
  'revoke-emergency-code': async () => {
    const { id } = await addPerson(here);
    await ACTS['emergency-code'].run(here.administration, id);
    return id;
  },
  propose: async () => (await addPerson(here, { organizationId: pair })).id,
  approve: proposed,
  withdraw: proposed,
  'revoke-role': async () => {
    const { id, username } = await addPerson(here);
    await grantRole(here.administration, username, { role: 'operator', organizationId: 'default' });
    return id;
  },
  'confirm-role': async () => {
    const { id, username } = await addPerson(here);
    await grantRole(here.administration, username, { role: 'operator', organizationId: null });
    await here.ports.store.accounts.update(id, { recoveredAt: here.ports.now() });
    return id;
  },
};

async function proposed(): Promise<string> {
  const { id } = await addPerson(here, { organizationId: pair });
  await ACTS.propose.run(await desk(await staff('admin', null)), id);
  return id;
}

test('A24 there is a flow here for every act that changes something', () => {
  const covered = new Set<string>(['create', ...ABOUT_NOBODY, ...NAMES.map((name) => ACTS[name].act)]);
  expect([...covered].toSorted()).toEqual(ADMIN_ACTS.filter((act) => !READS.includes(act)).toSorted());
});

describe.each(NAMES)('A24 %s', (name) => {
  const { run }: ConsoleAct = ACTS[name];
  let target: Person;
  beforeEach(async () => {
    target = await addPerson(here);
  });

  test('is refused to whoever is not above: on himself, a peer, a superior, elsewhere, asleep, without a role', async () => {
    const tries: readonly (readonly [actor: Person, on: Person])[] = [
      [people.operator, people.operator],
      [people.operator, people.peer],
      [people.operator, people.admin],
      [people.admin, people.admin],
      [people.admin, people.above],
      [people.above, people.above],
      [people.stranger, target],
      [people.asleep, target],
      [people.fallen, target],
    ];
    for (const [actor, on] of tries) {
      const before = [await standing(on), (await linesOf(on.id)).length];
      expect(await run(await desk(actor), on.id)).toEqual(refused);
      expect([await standing(on), (await linesOf(on.id)).length]).toEqual(before);
    }
  });

  test('is written down where it is done, with who did it', async () => {
    const id = (await READY[name]?.()) ?? target.id;
    const done = await run(await desk(people.above), id);
    expect(done).not.toMatchObject({ outcome: 'refused' });
    const by = (await linesOf(id)).filter(
      ({ actor, details }) => actor === 'operator' && details['operator'] === people.above.id,
    );
    expect(by.length).toBeGreaterThan(0);
  });
});

test('A24 nobody makes an account in an organization out of reach, nor with a role that sleeps', async () => {
  for (const actor of [people.stranger, people.asleep, people.fallen])
    expect(await create(await desk(actor), 'default')).toEqual(refused);
  expect(await create(await desk(people.operator), elsewhere)).toEqual(refused);
  expect(await create(await desk(people.operator), 'default')).toMatchObject({ outcome: 'created' });
});

test('A24 an admin of one organization gives and takes nothing that reaches farther, and makes nobody of elsewhere his peer', async () => {
  const { id, username } = await addPerson(here);
  const everywhere = { role: 'operator', organizationId: null } as const;
  const local = await desk(await staff('admin', 'default'));
  expect(await grantRole(local, id, everywhere)).toEqual(refused);
  expect(await grantRole(local, id, { role: 'admin', organizationId: elsewhere })).toEqual(refused);
  expect(await grantRole(local, id, { role: 'operator', organizationId: 'default' })).toMatchObject({ changed: true });
  await grantRole(here.administration, username, everywhere);
  expect(await revokeRole(local, id, everywhere)).toEqual(refused);
  expect(await revokeRole(await desk(people.above), id, everywhere)).toMatchObject({ changed: true });
  expect(await revokeRole(local, id, { role: 'operator', organizationId: 'default' })).toMatchObject({ changed: true });
});

test('A24 a role that sleeps is woken by another admin, never by its holder', async () => {
  const sleeping = await staff('admin', null);
  await here.ports.store.accounts.update(sleeping.id, { recoveredAt: here.ports.now() });
  expect(await confirmRoles(await desk(sleeping), sleeping.id)).toEqual(refused);
  expect(await confirmRoles(await desk(people.above), sleeping.id)).toMatchObject({ changed: true });
});

test.each([
  ['issues an emergency code', ACTS['emergency-code'].run],
  ['removes the factors', ACTS['re-register'].run],
])('A24 an admin who %s of another admin does not wake that role, nor by giving it anew', async (_, help) => {
  const owner = await staff('admin', null);
  const [accomplice, other] = [await desk(await staff('admin', null)), await desk(people.above)];
  expect(await help(accomplice, owner.id)).not.toMatchObject({ outcome: 'refused' });
  await here.ports.store.accounts.update(owner.id, { recoveredAt: here.ports.now() });
  expect(await confirmRoles(accomplice, owner.id)).toEqual({ outcome: 'refused', reason: 'helped' });
  const role = { role: 'admin', organizationId: null } as const;
  expect(await revokeRole(accomplice, owner.id, role)).toMatchObject({ changed: true });
  expect(await grantRole(accomplice, owner.id, role)).toMatchObject({ changed: true, asleep: true });
  expect((await here.ports.store.accounts.load(owner.id))?.roles).toMatchObject([{ asleepSince: here.ports.now() }]);
  expect(await confirmRoles(other, owner.id)).toMatchObject({ changed: true });
  expect(await revokeRole(other, owner.id, role)).toMatchObject({ changed: true });
  expect(await grantRole(other, owner.id, role)).toMatchObject({ asleep: false });
});
