import { describe, expect, it } from 'vitest';
import type { Proof, ProofKind } from '../../src/domain/proof.ts';
import type { Owner } from '../../src/flows/account/act.ts';
import { blockDevice } from '../../src/flows/account/block-device.ts';
import { removeDevice } from '../../src/flows/account/remove-device.ts';
import { switchOff } from '../../src/flows/account/switch-off.ts';
import { switchOn } from '../../src/flows/account/switch-on.ts';
import { completeRecovery } from '../../src/flows/complete-recovery.ts';
import { ownerOf } from '../support/owner.ts';
import type { Person } from '../support/people.ts';
import { type Contested, THIEF, useContested } from './contested.ts';

const here = useContested();
const HOUR = 3_600_000;
const WITH_PASSKEY = ['email-code', 'password', 'passkey'] as const;
type Kind = Notice['kind'];
type Notice = Awaited<ReturnType<Contested['notice']>>;

const idOf = async (person: Person, kind: string): Promise<string> =>
  (await here().account(person)).credentials.find((held) => held.kind === kind)?.id ?? '';
const stateOf = async (person: Person, kind: string) =>
  (await here().account(person)).credentials.find((held) => held.kind === kind)?.state;

/** A session that stands on these. */
async function sessionBy(person: Person, kinds: readonly ('password' | 'totp' | 'passkey')[]): Promise<Owner> {
  const proofs: Proof[] = [];
  for (const kind of kinds) proofs.push({ kind, at: here().ports.now(), by: await idOf(person, kind) });
  return { ...(await ownerOf(here().test, person.id, { proofs })), visitor: THIEF };
}

/** The thief of the phone has reset the password by its mailbox and app, and is signed in by both. The owner has a passkey, and the old password. */
async function takenByPhone(): Promise<{ owner: Person; thief: Owner }> {
  const { person, resetPassword, test } = here();
  const owner = await person({ passkey: true });
  await resetPassword(owner);
  test.clock.now += HOUR;
  return { owner, thief: await sessionBy(owner, ['password', 'totp']) };
}

/** Contests the recovery and what was done since; the ways back. */
async function ways(owner: Person, first: Kind, ...also: Kind[]): Promise<readonly (readonly ProofKind[])[]> {
  const { contest, notice } = here();
  const ids = await Promise.all(also.map(async (kind) => (await notice(owner, kind)).id));
  const frozen = await contest(await notice(owner, first), ids);
  return frozen.outcome === 'frozen' ? frozen.waysBack : [];
}

describe('X3 what a thief took away without waiting', () => {
  it.each([
    ['switched off', switchOff, 'device-switched-off'],
    ['blocked in the cooling period', blockDevice, 'device-blocked'],
  ] as const)('%s: it proves on the way back, and works after it', async (_, act, kind) => {
    const { lift, ports } = here();
    const { owner, thief } = await takenByPhone();
    const passkey = await idOf(owner, 'passkey');
    expect(await act(ports, thief, passkey, 'Passkey')).toMatchObject({ outcome: 'changed' });
    expect(await ways(owner, 'password-reset', kind)).toContainEqual(WITH_PASSKEY);
    expect((await lift(owner, WITH_PASSKEY)).outcome).toBe('finished');
    expect(await stateOf(owner, 'passkey')).toBe('active');
  });

  it('switched off, and on again: it is not taken for something that the thief brought', async () => {
    const { lift, ports } = here();
    const { owner, thief } = await takenByPhone();
    const passkey = await idOf(owner, 'passkey');
    await switchOff(ports, thief, passkey, 'Passkey');
    here().test.clock.now += 1_000;
    const again = await sessionBy(owner, ['password', 'totp']);
    expect((await switchOn(ports, again, passkey, 'Passkey')).outcome).toBe('changed');
    expect(await ways(owner, 'password-reset', 'device-switched-off', 'device-switched-on')).toContainEqual(
      WITH_PASSKEY,
    );
    expect((await lift(owner, WITH_PASSKEY)).outcome).toBe('finished');
    expect(await stateOf(owner, 'passkey')).toBe('active');
  });

  it('switched off, then removed once the cooling period was over', async () => {
    const { lift, ports, test } = here();
    const { owner, thief } = await takenByPhone();
    const passkey = await idOf(owner, 'passkey');
    await switchOff(ports, thief, passkey, 'Passkey');
    test.clock.now += 24 * HOUR;
    const later = await sessionBy(owner, ['password', 'totp']);
    expect((await removeDevice(ports, later, passkey, 'Passkey')).outcome).toBe('changed');
    await test.database.purgeExpired(1_000);
    expect(await ways(owner, 'password-reset', 'device-switched-off', 'second-factor-removed')).toContainEqual(
      WITH_PASSKEY,
    );
    expect((await lift(owner, WITH_PASSKEY)).outcome).toBe('finished');
    expect(await stateOf(owner, 'passkey')).toBe('active');
  });

  it('guesses at it on the way back are counted, and end it', async () => {
    const { ports, account } = here();
    for (const act of [switchOff, blockDevice]) {
      const { owner, thief } = await takenByPhone();
      const passkey = await idOf(owner, 'passkey');
      await act(ports, thief, passkey, 'Passkey');
      await ways(owner, 'password-reset', act === switchOff ? 'device-switched-off' : 'device-blocked');
      expect(await ports.store.credentials.countFailure(passkey, 1)).toEqual({ failures: 1, disabled: true });
      const { credentials } = await account(owner);
      expect(credentials.find(({ id }) => id === passkey)?.state).not.toBe('active');
    }
  });
});

describe('A36 what its owner took away stays away', () => {
  it.each([
    ['blocked outside of a cooling period', blockDevice, 'device-blocked', ['password', 'passkey'], 'blocked'],
    ['switched off with password and passkey', switchOff, 'device-switched-off', ['password', 'passkey'], 'off'],
    ['switched off in a session that stood on it', switchOff, 'device-switched-off', ['password', 'totp'], 'off'],
  ] as const)('%s: the thief of the phone who knows the password too contests it', async (_, act, kind, by, state) => {
    const { person, ports, lift } = here();
    const owner = await person({ passkey: true });
    const app = await idOf(owner, 'totp');
    expect((await act(ports, await sessionBy(owner, by), app, 'App')).outcome).toBe('changed');
    expect(await ways(owner, kind)).toEqual([WITH_PASSKEY]);
    expect(await lift(owner, ['email-code', 'password', 'totp'])).toMatchObject({ outcome: 'refused' });
    expect(await stateOf(owner, 'totp')).toBe(state);
    expect((await lift(owner, WITH_PASSKEY)).outcome).toBe('finished');
    expect(await stateOf(owner, 'totp')).toBe(state);
  });

  it('blocked after the owner’s own recovery, which the thief contests as well: what the thief set before it is in doubt', async () => {
    const { journey, ports, test } = here();
    // The thief resets the password; the owner resets it by mailbox and passkey, and blocks the app of the stolen phone.
    const { owner } = await takenByPhone();
    const walk = await journey(owner, 'reset-password', ['email-code', 'passkey']);
    expect((await completeRecovery(ports, THIEF, walk, { passwordHash: 'another' })).outcome).toBe('finished');
    test.clock.now += HOUR;
    const app = await idOf(owner, 'totp');
    await blockDevice(ports, await sessionBy(owner, ['password', 'passkey']), app, 'App');
    const back = await ways(owner, 'password-reset', 'device-blocked');
    expect(back.filter((way) => way.includes('totp'))).toEqual([]);
  });
});
