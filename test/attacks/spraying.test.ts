import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Journey } from '../../src/domain/journey.ts';
import { beginSignIn } from '../../src/flows/begin-sign-in.ts';
import type { ProofOutcome } from '../../src/flows/outcome.ts';
import type { Visitor } from '../../src/flows/ports.ts';
import { signInWithPassword } from '../../src/flows/prove-password.ts';
import { addPerson, PASSWORD } from '../support/people.ts';
import { openPorts, type TestPorts } from '../support/ports.ts';

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test?.close());

const stranger: Visitor = { ip: '192.0.2.7', userAgent: 'a script', deviceHash: null };
const admission = { organizationId: 'default', admitsOthers: false };

const begin = (visitor: Visitor): Promise<Journey> =>
  beginSignIn(
    test.ports,
    visitor,
    {
      interactionUid: test.ports.crypto.token(),
      clientId: 'app',
      organizationId: 'default',
      request: {},
      locale: 'en',
      loginHint: '',
    },
    test.ports.crypto.hashToken(test.ports.crypto.token()),
  );

async function tryOnce(visitor: Visitor, identifier: string, password: string): Promise<ProofOutcome> {
  const hash = test.ports.crypto.hashToken(test.ports.crypto.token());
  return signInWithPassword(test.ports, visitor, await begin(visitor), { identifier, password }, admission, hash);
}

it('ASVS 6.3.1 one password against many names from one address block is stopped; known browsers are not', async () => {
  const owner = await addPerson(test);
  const outcomes: string[] = [];
  for (let name = 0; name < 101; name += 1) {
    const outcome = await tryOnce({ ...stranger, ip: `192.0.2.${name}` }, `nobody-${name}`, 'the same for all');
    outcomes.push(outcome.outcome === 'refused' ? outcome.reason : outcome.outcome);
  }
  expect(outcomes.slice(0, 100).every((reason) => reason === 'wrong-credentials')).toBe(true);
  expect(outcomes[100]).toBe('slow-down');
  // Not even a right password is compared for a stranger in that block …
  expect(await tryOnce(stranger, owner.username, PASSWORD)).toMatchObject({ outcome: 'refused', reason: 'slow-down' });
  // … while the owner's own browser, in the same block, and anybody elsewhere go on.
  const device = test.ports.crypto.hashToken('the browser of the owner');
  const home: Visitor = { ...stranger, deviceHash: device };
  await test.ports.store.transaction((tx) => tx.devices.remember(owner.id, device, home, test.clock.now));
  expect(await tryOnce(home, owner.username, PASSWORD)).toMatchObject({ outcome: 'advanced' });
  expect(await tryOnce({ ...stranger, ip: '198.51.100.1' }, owner.username, PASSWORD)).toMatchObject({
    outcome: 'advanced',
  });
});

it('A11 two names of one account do not give each other away by how they are slowed down', async () => {
  const person = await addPerson(test);
  const visitor = { ...stranger, ip: '203.0.113.9' };
  for (let tries = 0; tries < 5; tries += 1) await tryOnce(visitor, person.username, 'a wrong one');
  expect(await tryOnce(visitor, person.username, 'a wrong one')).toMatchObject({ reason: 'slow-down' });
  // By the address the account's own counter is full, and says so to nobody: as for a name that nobody has.
  expect(await tryOnce(visitor, person.email, PASSWORD)).toMatchObject({ reason: 'wrong-credentials' });
});
