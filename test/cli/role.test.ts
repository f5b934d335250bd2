import { expect, test } from 'vitest';
import { grantRole } from '../../src/flows/administration/roles.ts';
import { addPerson } from '../store/fixture.ts';
import { usePorts } from './ports.ts';
import { jsonOf, useRegain } from './regain.ts';

const { here } = useRegain();
const { ports, fixture } = usePorts();

const user = (name: string) =>
  here(['user', 'create', '--username', name, '--email', `${name}@example.com`, '--email-verified', '--json']);

test('role grant, list, revoke: what is said, what is so already, and who is not there', async () => {
  const { sub } = jsonOf(await user('ada'));
  await here(['organization', 'create', '--name', 'Acme']);
  const granted = { sub, role: 'admin', organization: null, changed: true };
  expect(jsonOf(await here(['role', 'grant', 'ada', 'admin', '--json']))).toEqual(granted);
  expect(jsonOf(await here(['role', 'grant', 'ada@example.com', 'admin', '--json']))).toMatchObject({ changed: false });
  const scoped = await here(['role', 'grant', 'ada', 'operator', '--org', 'acme', '--json']);
  expect(jsonOf(scoped)).toMatchObject({ role: 'operator', organization: 'acme', changed: true });

  const { roles } = jsonOf(await here(['role', 'list', '--json']));
  expect(roles).toEqual([
    { sub, username: 'ada', role: 'admin', organization: null, granted_at: expect.any(String), asleep_since: null },
    {
      sub,
      username: 'ada',
      role: 'operator',
      organization: 'acme',
      granted_at: expect.any(String),
      asleep_since: null,
    },
  ]);
  expect((await here(['role', 'list'])).stdout).toMatch(
    /admin {5}ada {2}in every organization\noperator {2}ada {2}in acme\n/,
  );

  expect(await here(['role', 'revoke', 'ada', 'operator'])).toMatchObject({ code: 1 });
  expect(jsonOf(await here(['role', 'revoke', 'ada', 'operator', '--org', 'acme', '--json']))).toMatchObject({
    changed: true,
  });
  expect(await here(['role', 'grant', 'nobody', 'admin'])).toMatchObject({ code: 1 });
  expect((await here(['role', 'grant', 'ada', 'admin', '--org', 'none'])).stderr).toContain('no organization "none"');
  expect(await here(['role', 'grant', 'ada', 'king'])).toMatchObject({ code: 2 });

  const { events } = jsonOf(await here(['audit', '--user', 'ada', '--json']));
  const kinds = Array.isArray(events) ? events.map((event) => event.kind) : [];
  expect(kinds.filter((kind) => kind.startsWith('role.'))).toEqual(['role.granted', 'role.granted', 'role.revoked']);
});

test('a role sleeps once its account was recovered, and role confirm wakes it', async () => {
  const { store, clock } = fixture();
  const person = await addPerson(fixture());
  await grantRole(ports(), person.username, { role: 'admin', organizationId: null });
  await grantRole(ports(), person.username, { role: 'operator', organizationId: 'default' });
  await store.accounts.update(person.id, { recoveredAt: clock.now });
  const asleep = (await store.accounts.load(person.id))?.roles.map(({ asleepSince }) => asleepSince);
  expect(asleep).toEqual([clock.now, clock.now]);
  // What is granted once more is not woken by it.
  expect(await grantRole(ports(), person.username, { role: 'admin', organizationId: null })).toMatchObject({
    changed: false,
  });
  expect((await ports().store.roles.all()).filter(({ asleepSince }) => asleepSince === null)).toEqual([]);

  const { confirmRoles } = await import('../../src/flows/administration/roles.ts');
  expect(await confirmRoles(ports(), person.username)).toMatchObject({ changed: true });
  expect(await confirmRoles(ports(), person.username)).toMatchObject({ changed: false });
  expect((await store.accounts.load(person.id))?.roles.every(({ asleepSince }) => asleepSince === null)).toBe(true);
});

test('role confirm at the command line', async () => {
  await user('ben');
  await here(['role', 'grant', 'ben', 'operator']);
  expect(jsonOf(await here(['role', 'confirm', 'ben', '--json']))).toMatchObject({ changed: false });
  expect((await here(['role', 'confirm', 'nobody'])).stderr).toContain('nobody');
});
