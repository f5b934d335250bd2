import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISABLE_AFTER } from '../../../src/domain/back-off.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { blockDevice } from '../../../src/flows/account/block-device.ts';
import type { DeviceOutcome } from '../../../src/flows/account/device-act.ts';
import { removeDevice } from '../../../src/flows/account/remove-device.ts';
import { renameDevice } from '../../../src/flows/account/rename-device.ts';
import { seeDevices } from '../../../src/flows/account/see-devices.ts';
import { switchOff } from '../../../src/flows/account/switch-off.ts';
import { switchOn } from '../../../src/flows/account/switch-on.ts';
import type { Account, Ports } from '../../../src/flows/ports.ts';
import { verdictOn } from '../../../src/flows/standing.ts';
import { addOrganization, addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import { auditOf, HOME, ownerOf } from './owner.ts';

let test: TestPorts;
let ports: Ports;
beforeAll(async () => {
  test = await openPorts();
  ports = test.ports;
});
afterAll(() => test.close());

const HOUR = 3_600_000;
const smsCounts: Policy = {
  ...PRESETS['password-sms'],
  secondFactor: { required: true, kinds: ['totp', 'passkey', 'sms-code'] },
};

async function account({ id }: Pick<Person, 'id'>): Promise<Account> {
  const found = await ports.store.accounts.load(id);
  if (!found) throw new Error('the account is gone');
  return found;
}

async function idOf(person: Person, kind: 'totp' | 'passkey' | 'password'): Promise<string> {
  return (await account(person)).credentials.find((held) => held.kind === kind)?.id ?? '';
}

/** Kinds and states of the second factors. */
const states = async (person: Person) =>
  Object.fromEntries(
    (await account(person)).credentials
      .filter(({ kind }) => kind !== 'password')
      .map(({ kind, state }) => [kind, state]),
  );

const noticesOf = async ({ id }: Person) =>
  (await ports.store.notices.toldSince(id, 0, 100)).map(({ kind, added, removed }) => ({ kind, added, removed }));

/** A session of this account on these credentials, or a sign-in that has not come to one yet. */
async function standing(
  { id }: Person,
  by: readonly string[],
  { opened = true } = {},
): Promise<() => Promise<boolean>> {
  const [journey, uid] = [ports.crypto.uuid(), ports.crypto.token()];
  const proofs = by.map((one) => ({ kind: 'totp' as const, at: ports.now(), by: one }));
  await ports.store.sessions.recordProofs(journey, id, proofs, HOME);
  if (opened) await ports.store.sessions.bind(journey, uid);
  return async () =>
    opened ? (await ports.store.sessions.proofsOf(uid, id)).length > 0 : ports.store.sessions.bind(journey, uid);
}

const done = (outcome: DeviceOutcome) => {
  if (outcome.outcome !== 'changed') throw new Error(JSON.stringify(outcome));
  return outcome;
};

describe('states', () => {
  it('off comes back on, blocked and disabled never do', async () => {
    const person = await addPerson(test, { passkey: true });
    const [totp, passkey] = [await idOf(person, 'totp'), await idOf(person, 'passkey')];
    const fresh = () => ownerOf(test, person);
    done(await switchOff(ports, await fresh(), totp, 'App'));
    expect(await switchOff(ports, await fresh(), totp, 'App')).toEqual({ outcome: 'refused', reason: 'not-now' });
    done(await switchOn(ports, await fresh(), totp, 'App'));
    expect(await states(person)).toEqual({ totp: 'active', passkey: 'active' });
    done(await blockDevice(ports, await fresh(), totp, 'App'));
    for (const act of [switchOn, switchOff, blockDevice])
      expect(await act(ports, await fresh(), totp, 'App')).toEqual({ outcome: 'refused', reason: 'not-now' });

    for (let n = 0; n < DISABLE_AFTER; n += 1) await ports.store.credentials.countFailure(passkey, DISABLE_AFTER);
    for (const act of [switchOn, switchOff, blockDevice])
      expect(await act(ports, await fresh(), passkey, 'Key')).toEqual({ outcome: 'refused', reason: 'not-now' });
    expect(await states(person)).toEqual({ totp: 'blocked', passkey: 'disabled' });
    expect(await ports.store.credentials.setState(person.id, [totp, passkey], 'active')).toEqual([]);
    expect(await ports.store.credentials.setState(person.id, [totp, passkey], 'off')).toEqual([]);
  });

  it('what was reported lost is found when it is switched on', async () => {
    const person = await addPerson(test, { passkey: true });
    const totp = await idOf(person, 'totp');
    await ports.store.credentials.setState(person.id, [totp], 'off', ports.now());
    done(await switchOn(ports, await ownerOf(test, person), totp, 'App'));
    expect((await account(person)).credentials.find(({ id }) => id === totp)).toMatchObject({
      state: 'active',
      lostAt: null,
    });
  });

  it('a phone is switched off for signing in and counts in a recovery as before', async () => {
    const organizationId = await addOrganization(test, smsCounts);
    const person = await addPerson(test, { organizationId });
    const [phone] = (await account(person)).contacts.filter(({ kind }) => kind === 'phone');
    const id = phone?.id ?? '';
    const lives = await standing(person, [id]);
    const owner = await ownerOf(test, person);
    done(await switchOff(ports, owner, id, '•• 67'));
    expect(await lives()).toBe(false);
    const proofs = [{ kind: 'password', at: 0, by: await idOf(person, 'password') }] as const;
    const verdict = verdictOn(ports, await account(person), { goal: 'sign-in', atLeast: null, proofs });
    expect(verdict).toMatchObject({ verdict: 'ask', options: ['totp'] });
    expect(await blockDevice(ports, owner, id, '•• 67')).toMatchObject({ reason: 'not-now' });
    done(await switchOn(ports, owner, id, '•• 67'));
    expect((await account(person)).contacts).toContainEqual(expect.objectContaining({ id, offAt: null }));
    // Contested, that must not take the number from the account.
    expect(await noticesOf(person)).toContainEqual({ kind: 'device-switched-on', added: [], removed: [] });
  });

  it('what was removed is sealed for the cooling period, and only what worked then may be revived by a contest', async () => {
    const person = await addPerson(test, { passkey: true });
    const [totp, passkey] = [await idOf(person, 'totp'), await idOf(person, 'passkey')];
    const sealed = async (id: string) =>
      (
        await test.database.db.selectFrom('credentials').select(['state', 'purge_at']).where('id', '=', id).execute()
      )[0];
    done(await removeDevice(ports, await ownerOf(test, person), totp, 'App'));
    const { cooling } = (await account(person)).policy.lifetimes;
    const kept = await sealed(totp);
    expect(kept?.state).toBe('removed');
    expect(kept?.purge_at).toBeGreaterThanOrEqual(ports.now() + cooling * 1000);
    expect(await noticesOf(person)).toContainEqual({ kind: 'second-factor-removed', added: [], removed: [totp] });

    test.clock.now += 1_000;
    await ports.store.credentials.setState(person.id, [passkey], 'blocked');
    done(await removeDevice(ports, await ownerOf(test, person), passkey, 'Key'));
    // Named, since what blocked it may be contested too; by itself the contest of the removal brings nothing back.
    expect((await noticesOf(person))[0]).toEqual({ kind: 'second-factor-removed', added: [], removed: [passkey] });
    await ports.store.credentials.revive(person.id, [totp, passkey]);
    expect([(await sealed(totp))?.state, (await sealed(passkey))?.state]).toEqual(['active', 'removed']);
  });
});

describe('what stood on it', () => {
  it.each(Object.entries({ 'switched off': switchOff, blocked: blockDevice, removed: removeDevice }))(
    'A19 A20 %s: sessions, sign-ins that are not open yet, journeys and links end; what stands on other things stays',
    async (_, act) => {
      const person = await addPerson(test, { passkey: true });
      const [totp, passkey] = [await idOf(person, 'totp'), await idOf(person, 'passkey')];
      const owner = await ownerOf(test, person);
      const other = await standing(person, [passkey]);
      const open = await standing(person, [totp, passkey]);
      const opening = await standing(person, [totp], { opened: false });
      const link = ports.crypto.hashToken(ports.crypto.token());
      await ports.store.codes.create({
        id: ports.crypto.uuid(),
        purpose: 'recovery-link',
        accountId: person.id,
        journeyId: null,
        contactId: null,
        tokenHash: link,
        codeHash: null,
        expiresAt: ports.now() + HOUR,
      });
      expect(done(await act(ports, owner, totp, 'App')).ownEnded).toBe(false);
      expect([await other(), await open(), await opening()]).toEqual([true, false, false]);
      expect((await ports.store.codes.findByToken('recovery-link', link))?.consumedAt).not.toBeNull();
      // The present session, too: nothing more is done in it.
      expect(await ports.store.sessions.proofsOf(owner.session.uid, person.id)).toEqual([]);
      expect(await switchOff(ports, owner, passkey, 'Key')).toMatchObject({ verdict: { verdict: 'session-over' } });
    },
  );

  it('everybody is told, by the name of the device, and the log says what was done', async () => {
    const person = await addPerson(test, { passkey: true });
    const totp = await idOf(person, 'totp');
    await renameDevice(ports, await ownerOf(test, person), totp, 'Old phone');
    const fresh = () => ownerOf(test, person);
    done(await switchOff(ports, await fresh(), totp, 'Old phone'));
    test.clock.now += 1;
    done(await switchOn(ports, await fresh(), totp, 'Old phone'));
    test.clock.now += 1;
    done(await removeDevice(ports, await fresh(), totp, 'Old phone'));
    expect((await noticesOf(person)).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['second-factor-removed', 'device-switched-on', 'device-switched-off']),
    );
    expect(await auditOf(test, person.id)).toEqual(
      expect.arrayContaining(['device.renamed', 'device.switched-off', 'device.switched-on', 'second-factor.removed']),
    );
    const [removed] = await ports.store.activity.of(person.id, { kinds: ['second-factor.removed'], limit: 1 });
    expect(removed?.details).toMatchObject({ device: totp, what: 'totp', name: 'Old phone', sessions_ended: 0 });
    const [notice] = await ports.store.notices.toldSince(person.id, 0, 1);
    expect(removed?.details['notice']).toBe(notice?.id);
  });
});

describe('browsers', () => {
  const AWAY = { ...HOME, deviceHash: Buffer.alloc(32, 9), ip: '198.51.100.4' };

  it('are listed with factors and phones, this one first; another one is blocked for good, and is not forgotten then', async () => {
    const person = await addPerson(test);
    const owner = await ownerOf(test, person);
    for (const visitor of [HOME, AWAY])
      await ports.store.devices.remember(person.id, visitor.deviceHash ?? Buffer.alloc(0), visitor, ports.now());
    const see = async () => seeDevices(ports, ports.store, owner, await account(person));
    const [here, app, phone, away] = await see();
    expect([here?.what, here?.mine, app?.what, phone?.what, away?.what, away?.mine]).toEqual([
      'browser',
      true,
      'factor',
      'phone',
      'browser',
      false,
    ]);
    // This one is signed out, not blocked: nobody locks themselves out by it.
    expect(await blockDevice(ports, owner, here?.id ?? '', 'Here')).toMatchObject({ reason: 'not-now' });
    done(await blockDevice(ports, owner, away?.id ?? '', 'Away'));
    expect(await ports.store.devices.isBlocked(person.id, AWAY.deviceHash)).toBe(true);
    expect(await removeDevice(ports, owner, away?.id ?? '', 'Away')).toMatchObject({ reason: 'not-now' });
    expect(await ports.store.devices.isBlocked(person.id, AWAY.deviceHash)).toBe(true);
    expect((await noticesOf(person)).map(({ kind }) => kind)).toContain('device-blocked');
  });

  it('one that is forgotten stands in the activity, with what it was and how many sessions ended', async () => {
    const person = await addPerson(test);
    await ports.store.devices.remember(person.id, AWAY.deviceHash, AWAY, ports.now());
    const [away] = await ports.store.devices.of(person.id);
    done(await removeDevice(ports, await ownerOf(test, person), away?.id ?? '', 'Away'));
    expect(await ports.store.devices.of(person.id)).toEqual([]);
    const [line] = await ports.store.activity.of(person.id, { limit: 1 });
    expect(line).toMatchObject({ kind: 'device.forgotten', actor: 'user', ip: HOME.ip });
    expect(line?.details).toMatchObject({
      device: away?.id,
      what: 'browser',
      agent: AWAY.userAgent,
      sessions_ended: 0,
    });
  });

  it('nobody touches what is another account’s', async () => {
    const [person, other] = [await addPerson(test, { passkey: true }), await addPerson(test, { passkey: true })];
    const owner = await ownerOf(test, person);
    await ports.store.devices.remember(other.id, AWAY.deviceHash, AWAY, ports.now());
    const [browser] = await ports.store.devices.of(other.id);
    const ids = [browser?.id ?? '', await idOf(other, 'totp'), 'session-00', 'nothing', ''];
    for (const id of ids) {
      for (const act of [switchOff, switchOn, blockDevice, removeDevice])
        expect(await act(ports, owner, id, 'x')).toEqual({ outcome: 'refused', reason: 'gone' });
      expect(await renameDevice(ports, owner, id, 'x')).toEqual({ outcome: 'refused', reason: 'gone' });
    }
    expect(await states(other)).toEqual({ totp: 'active', passkey: 'active' });
  });
});

it('A28 names are one line of at most 60 characters, without what turns the direction of writing; none is what it is', async () => {
  const person = await addPerson(test);
  const totp = await idOf(person, 'totp');
  const owner = await ownerOf(test, person);
  const label = async () => (await account(person)).credentials.find(({ id }) => id === totp)?.label;
  await renameDevice(ports, owner, totp, '  Anna’s\u202e  old\r\nphone 👩‍💻 \0 ');
  expect(await label()).toBe('Anna’s old phone 👩‍💻');
  expect(await renameDevice(ports, owner, totp, '😀'.repeat(61))).toEqual({
    outcome: 'refused',
    reason: 'name-too-long',
  });
  expect(await renameDevice(ports, owner, totp, '😀'.repeat(60))).toMatchObject({ outcome: 'renamed' });
  await renameDevice(ports, owner, totp, ' \u200f ');
  expect(await label()).toBe('');
});

it('A23 what is told to everybody is not done without end; to take away always is', async () => {
  const person = await addPerson(test, { passkey: true });
  const [totp, passkey] = [await idOf(person, 'totp'), await idOf(person, 'passkey')];
  let slowed = false;
  for (let n = 0; n < 60 && !slowed; n += 1) {
    done(await switchOff(ports, await ownerOf(test, person), totp, 'App'));
    const on = await switchOn(ports, await ownerOf(test, person), totp, 'App');
    slowed = on.outcome === 'refused' && on.reason === 'too-much-changed';
    if (!slowed) done(on);
  }
  expect(slowed).toBe(true);
  expect(await removeDevice(ports, await ownerOf(test, person), totp, 'App')).toMatchObject({
    reason: 'too-much-changed',
  });
  done(await blockDevice(ports, await ownerOf(test, person), passkey, 'Key'));
  const { rows } = await sql<{ state: string }>`select state from credentials where id = ${passkey}`.execute(
    test.database.db,
  );
  expect(rows).toEqual([{ state: 'blocked' }]);
});
