import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Journey } from '../../../src/domain/journey.ts';
import type { Owner } from '../../../src/flows/account/act.ts';
import { blockDevice } from '../../../src/flows/account/block-device.ts';
import type { DeviceOutcome } from '../../../src/flows/account/device-act.ts';
import { removeDevice } from '../../../src/flows/account/remove-device.ts';
import { switchOff } from '../../../src/flows/account/switch-off.ts';
import { completeSignIn } from '../../../src/flows/complete-sign-in.ts';
import type { Ports, Visitor } from '../../../src/flows/ports.ts';
import { journeyOf, untilWaiting } from '../../store/fixture.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import { HOME, ownerOf } from './owner.ts';

let test: TestPorts;
let ports: Ports;
beforeAll(async () => {
  test = await openPorts();
  ports = test.ports;
});
afterAll(() => test.close());

const AWAY: Visitor = { ip: '198.51.100.4', userAgent: 'Thief', deviceHash: Buffer.alloc(32, 9) };

/** A sign-in in another browser that has proven everything, by password and app, and has only to be ended. */
async function proven({ id }: Pick<Person, 'id'>): Promise<Journey> {
  const account = await ports.store.accounts.load(id);
  const by = (kind: 'password' | 'totp') => account?.credentials.find((held) => held.kind === kind)?.id ?? '';
  const proofs = (['password', 'totp'] as const).map((kind) => ({ kind, at: ports.now(), by: by(kind) }));
  return ports.store.journeys.create(journeyOf(test.clock, { accountId: id, proofs }), ports.crypto.hashToken(id));
}

/** The owner with a passkey beside, and what is taken away while somebody signs in by it. */
async function prepared(): Promise<{ person: Person; owner: Owner; totp: string; browser: string }> {
  const person = await addPerson(test, { passkey: true });
  const owner = await ownerOf(test, person);
  const totp = owner.account.credentials.find(({ kind }) => kind === 'totp')?.id ?? '';
  await ports.store.devices.remember(person.id, AWAY.deviceHash ?? Buffer.alloc(0), AWAY, ports.now());
  const [browser] = await ports.store.devices.of(person.id);
  return { person, owner, totp, browser: browser?.id ?? '' };
}
type Prepared = Awaited<ReturnType<typeof prepared>>;

const ACTS: Readonly<Record<string, (prepared: Prepared) => Promise<DeviceOutcome>>> = {
  'the app is blocked': ({ owner, totp }) => blockDevice(ports, owner, totp, 'App'),
  'the app is switched off': ({ owner, totp }) => switchOff(ports, owner, totp, 'App'),
  'the app is removed': ({ owner, totp }) => removeDevice(ports, owner, totp, 'App'),
  'the browser is blocked': ({ owner, browser }) => blockDevice(ports, owner, browser, 'Away'),
};

describe.each(Object.entries(ACTS))('while a sign-in comes to its end, %s', (_, act) => {
  it('before it: it does not', async () => {
    const ready = await prepared();
    const journey = await proven(ready.person);
    expect((await act(ready)).outcome).toBe('changed');
    expect((await completeSignIn(ports, AWAY, journey)).outcome).toBe('refused');
    expect(await ports.store.sessions.bind(journey.id, ports.crypto.token())).toBe(false);
  });

  it('after it, and before there is a session: none comes of it', async () => {
    const ready = await prepared();
    const journey = await proven(ready.person);
    expect((await completeSignIn(ports, AWAY, journey)).outcome).toBe('signed-in');
    expect((await act(ready)).outcome).toBe('changed');
    expect(await ports.store.sessions.bind(journey.id, ports.crypto.token())).toBe(false);
  });

  it('at the same moment: whoever is first, no session stays', async () => {
    const first = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const ready = await prepared();
      const journey = await proven(ready.person);
      const uid = ports.crypto.token();
      // Both wait for the account, in this order, and are let go at once.
      const letGo = await heldUp(ready.person.id);
      const acts = [() => act(ready), () => completeSignIn(ports, AWAY, journey)];
      const running: Promise<{ outcome: string }>[] = [];
      for (const start of round % 2 ? acts : acts.toReversed()) {
        running.push(start());
        await untilWaiting(test.database, running.length);
      }
      await letGo();
      const outcomes = (await Promise.all(running)).map(({ outcome }) => outcome);
      expect(outcomes).toContain('changed');
      first.add(outcomes.find((outcome) => outcome !== 'changed') ?? '');
      expect(await ports.store.sessions.bind(journey.id, uid)).toBe(false);
      expect(await ports.store.sessions.proofsOf(uid, ready.person.id)).toEqual([]);
    }
    expect([...first].toSorted()).toEqual(['refused', 'signed-in']);
  });
});

/** Holds the lock on an account until the function that it returns is called. */
async function heldUp(accountId: string): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holding = ports.store.transaction(async (tx) => {
    await tx.accounts.loadForUpdate(accountId);
    held.resolve();
    await over.promise;
  });
  await held.promise;
  return async () => {
    over.resolve();
    await holding;
  };
}

it('an act whose own session is ended meanwhile does nothing', async () => {
  const { person, owner, totp } = await prepared();
  const passkey = owner.account.credentials.find(({ kind }) => kind === 'passkey')?.id ?? '';
  const letGo = await heldUp(person.id);
  const blocked = blockDevice(ports, owner, passkey, 'Key');
  await untilWaiting(test.database, 1);
  const late = blockDevice(ports, await sameOwner(owner), totp, 'App');
  await untilWaiting(test.database, 2);
  await letGo();
  expect((await blocked).outcome).toBe('changed');
  expect(await late).toMatchObject({ outcome: 'not-allowed', verdict: { verdict: 'session-over' } });
  const after = await ports.store.accounts.load(person.id);
  expect(after?.credentials.find(({ id }) => id === totp)?.state).toBe('active');
});

/** The same session in a second tab. */
const sameOwner = async (owner: Owner): Promise<Owner> => ({ ...owner, visitor: HOME });
