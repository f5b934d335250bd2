import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { blockDevice } from '../../../src/flows/account/block-device.ts';
import type { DeviceOutcome } from '../../../src/flows/account/device-act.ts';
import { removeDevice } from '../../../src/flows/account/remove-device.ts';
import { switchOff } from '../../../src/flows/account/switch-off.ts';
import { switchOn } from '../../../src/flows/account/switch-on.ts';
import { whatRemains } from '../../../src/flows/account/what-remains.ts';
import type { Account, Ports } from '../../../src/flows/ports.ts';
import { verdictOn } from '../../../src/flows/standing.ts';
import { addOrganization, addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import { auditOf, ownerOf } from './owner.ts';

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

const done = (outcome: DeviceOutcome) => {
  if (outcome.outcome !== 'changed') throw new Error(JSON.stringify(outcome));
  return outcome;
};

describe('A4 what gives a way in, or takes the owner’s away for good, needs a full, fresh sign-in', () => {
  const WEAK = [
    ['of one factor', { acr: 'urn:regain:acr:1' }],
    ['of an hour ago', { age: HOUR }],
  ] as const;

  it.each(WEAK)('a session %s switches nothing on and removes nothing', async (_, session) => {
    const person = await addPerson(test, { passkey: true });
    const totp = await idOf(person, 'totp');
    await ports.store.credentials.setState(person.id, [totp], 'off');
    const owner = await ownerOf(test, person, session);
    for (const outcome of [await switchOn(ports, owner, totp, 'App'), await removeDevice(ports, owner, totp, 'App')])
      expect(outcome).toMatchObject({
        outcome: 'not-allowed',
        verdict: { verdict: 'step-up', acr: 'urn:regain:acr:2' },
      });
    expect(await states(person)).toEqual({ totp: 'off', passkey: 'active' });
    expect(await auditOf(test, person.id)).not.toContain('device.switched-on');
  });

  it.each(WEAK)('a session %s may take away: switch off, block, sign out', async (_, session) => {
    const person = await addPerson(test, { passkey: true });
    const [totp, passkey] = [await idOf(person, 'totp'), await idOf(person, 'passkey')];
    const owner = await ownerOf(test, person, session);
    done(await switchOff(ports, owner, totp, 'App'));
    const again = await ownerOf(test, person, { acr: 'urn:regain:acr:1' });
    done(await blockDevice(ports, again, passkey, 'Key'));
    expect(await states(person)).toEqual({ totp: 'off', passkey: 'blocked' });
  });

  it('in the cooling period after a recovery what is older than it is not removed, and is blocked at once', async () => {
    const person = await addPerson(test, { passkey: true });
    test.clock.now += 1_000;
    await ports.store.accounts.update(person.id, { recoveredAt: ports.now() });
    const owner = await ownerOf(test, person);
    const id = await idOf(person, 'totp');
    const refusal = await removeDevice(ports, owner, id, 'App');
    expect(refusal).toMatchObject({ outcome: 'not-allowed', verdict: { verdict: 'wait' } });
    done(await blockDevice(ports, owner, id, 'App'));
  });
});

describe('the last factor that the policy requires', () => {
  it('can only be replaced; with another one beside it, either goes', async () => {
    const person = await addPerson(test);
    const totp = await idOf(person, 'totp');
    const refusal = await removeDevice(ports, await ownerOf(test, person), totp, 'App');
    expect(refusal).toEqual({
      outcome: 'not-allowed',
      verdict: { verdict: 'refuse', reason: 'last-required-factor' },
    });
    const both = await addPerson(test, { passkey: true });
    done(await removeDevice(ports, await ownerOf(test, both), await idOf(both, 'totp'), 'App'));
    const left = await removeDevice(ports, await ownerOf(test, both), await idOf(both, 'passkey'), 'Key');
    expect(left).toMatchObject({ verdict: { reason: 'last-required-factor' } });
    expect(await states(both)).toEqual({ passkey: 'active' });
  });

  it('stays required where the policy asks for none, once the account is bound; one that is off or blocked does not count', async () => {
    const organizationId = await addOrganization(test, {
      ...PRESETS['password-sms'],
      secondFactor: { required: false, kinds: ['totp', 'passkey'] },
    });
    for (const state of ['off', 'blocked'] as const) {
      const person = await addPerson(test, { passkey: true, organizationId });
      const passkey = await idOf(person, 'passkey');
      await ports.store.credentials.setState(person.id, [passkey], state);
      const owner = await ownerOf(test, person);
      const refusal = await removeDevice(ports, owner, await idOf(person, 'totp'), 'App');
      expect(refusal).toMatchObject({ verdict: { reason: 'last-required-factor' } });
      done(await removeDevice(ports, owner, passkey, 'Key'));
    }
  });

  it('goes where a phone signs in as well, unless that is switched off or no SMS can be sent', async () => {
    const organizationId = await addOrganization(test, smsCounts);
    const person = await addPerson(test, { organizationId });
    const [phone] = (await account(person)).contacts.filter(({ kind }) => kind === 'phone');
    const totp = await idOf(person, 'totp');
    const owner = await ownerOf(test, person);
    const closed = await removeDevice({ ...ports, closed: ['sms-code'] }, owner, totp, 'App');
    expect(closed).toMatchObject({ verdict: { reason: 'last-required-factor' } });
    await ports.store.contacts.setOff(person.id, [phone?.id ?? ''], ports.now());
    const off = await removeDevice(ports, await ownerOf(test, person), totp, 'App');
    expect(off).toMatchObject({ verdict: { reason: 'last-required-factor' } });
    await ports.store.contacts.setOff(person.id, [phone?.id ?? ''], null);
    done(await removeDevice(ports, await ownerOf(test, person), totp, 'App'));
  });

  it('may be switched off or blocked, which opens no shorter way; what remains is said before', async () => {
    for (const act of [switchOff, blockDevice]) {
      const person = await addPerson(test);
      const totp = await idOf(person, 'totp');
      expect(whatRemains(ports, await account(person), totp).back).toBe('alone');
      done(await act(ports, await ownerOf(test, person), totp, 'App'));
      const after = await account(person);
      expect(after.boundToSecondFactor).toBe(true);
      const email = after.contacts.find(({ kind }) => kind === 'email')?.id ?? '';
      const link = {
        goal: 'reset-password',
        atLeast: null,
        proofs: [{ kind: 'email-code', at: 0, by: email }],
      } as const;
      expect(verdictOn(ports, after, link)).toEqual({ verdict: 'refuse', reasons: ['needs-second-factor'] });
      const password = { kind: 'password', at: 0, by: await idOf(person, 'password') } as const;
      const signIn = verdictOn(ports, after, { goal: 'sign-in', atLeast: null, proofs: [password] });
      expect(signIn).toEqual({ verdict: 'refuse', reasons: ['needs-second-factor'] });
    }
  });

  it('when nothing leads back, what remains is support', async () => {
    const organizationId = await addOrganization(test, { ...PRESETS['password-sms'], selfRecovery: false });
    const person = await addPerson(test, { organizationId });
    expect(whatRemains(ports, await account(person), await idOf(person, 'totp'))).toEqual({ back: 'not-alone' });
    const both = await addPerson(test, { organizationId, passkey: true });
    expect(whatRemains(ports, await account(both), await idOf(both, 'totp')).back).toBe('as-before');
  });
});
