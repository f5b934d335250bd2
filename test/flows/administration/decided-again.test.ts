import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmRoles, grantRole, revokeRole } from '../../../src/flows/administration/roles.ts';
import type { AdministrationPorts } from '../../../src/flows/ports/administration.ts';
import type { Operator } from '../../../src/flows/ports/roles.ts';
import { ownerOf } from '../../support/owner.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import { ACTS, type ConsoleAct } from './acts.ts';

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());

const ADMIN = { role: 'admin', organizationId: null } as const;

/** An admin at the console, as a page has loaded them. */
async function admin(): Promise<{ person: Person; ports: AdministrationPorts; operator: Operator }> {
  const person = await addPerson(test);
  await grantRole(test.administration, person.username, ADMIN);
  const operator = await ownerOf(test, person.id);
  return { person, operator, ports: { ...test.administration, operator } };
}

const ALL: readonly (readonly [string, ConsoleAct])[] = Object.entries(ACTS);

describe.each(ALL)('A24 %s is decided again where it is done', (_, { run: flow }) => {
  const refused = { outcome: 'refused', reason: 'not-allowed' };

  it('by the role that is held then, awake', async () => {
    const [target, { person, ports }] = [await addPerson(test), await admin()];
    await revokeRole(test.administration, person.username, ADMIN);
    expect(await flow(ports, target.id)).toEqual(refused);
    await grantRole(test.administration, person.username, ADMIN);
    await test.ports.store.accounts.update(person.id, { recoveredAt: test.ports.now() });
    expect(await flow(ports, target.id)).toEqual(refused);
    await confirmRoles(test.administration, person.username);
    expect(await flow(ports, target.id)).not.toEqual(refused);
  });

  it('in a session that is open, new and strong enough', async () => {
    const [target, { person, ports, operator }] = [await addPerson(test), await admin()];
    const { session } = operator;
    const old = { ...operator, session: { ...session, at: test.ports.now() - 1_201_000 } };
    expect(await flow({ ...ports, operator: old }, target.id)).toEqual(refused);
    const weak = { ...operator, session: { ...session, acr: 'urn:regain:acr:1' as const } };
    expect(await flow({ ...ports, operator: weak }, target.id)).toEqual(refused);
    await test.ports.store.sessions.endAll(person.id);
    expect(await flow(ports, target.id)).toEqual(refused);
  });

  it('and never on oneself, nor by a username in place of an id', async () => {
    const [target, { person, ports }] = [await addPerson(test), await admin()];
    expect(await flow(ports, person.id)).toEqual(refused);
    expect(await flow(ports, target.username)).toEqual({ outcome: 'refused', reason: 'unknown-user' });
  });
});
