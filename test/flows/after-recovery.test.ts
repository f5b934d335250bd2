import { describe, expect, it } from 'vitest';
import { announce } from '../../src/flows/announce.ts';
import type { Person } from '../support/people.ts';
import { THIEF, useContested } from './contested.ts';

const here = useContested();
const WITH_APP = ['email-code', 'password', 'totp'] as const;

const closing = async (person: Person) => {
  const at = here().ports.now() + 7 * 86_400_000;
  await here().ports.store.accounts.update(person.id, { closesAt: at });
};
const lines = async (person: Person) =>
  (await here().audit(person)).filter((kind) => kind.startsWith('account.closing'));
const primary = async (person: Person) =>
  (await here().account(person)).contacts.filter((one) => one.kind === 'email' && one.primary).map(({ id }) => id);

describe('a closing that was asked for', () => {
  it('is cancelled by a recovery, which says so and can be contested by that too', async () => {
    const { person, resetPassword, replaceFactor, account, notice, contest } = here();
    for (const recover of [resetPassword, replaceFactor]) {
      const owner = await person();
      await closing(owner);
      await recover(owner);
      expect((await account(owner)).closesAt).toBeNull();
      expect(await lines(owner)).toEqual(['account.closing-cancelled']);
      expect((await contest(await notice(owner, 'closing-cancelled'))).outcome).toBe('frozen');
      const kinds = (await account(owner)).contested.map(({ kind }) => kind);
      expect(kinds).toContain(recover === resetPassword ? 'password-reset' : 'second-factor-replaced');
    }
  });

  it('and by the way back, whose last word leaves nothing to contest', async () => {
    const { person, replaceFactor, contest, lift, account, notice } = here();
    const owner = await person();
    await replaceFactor(owner);
    await contest(await notice(owner, 'second-factor-replaced'));
    await closing(owner);
    expect((await lift(owner, WITH_APP)).outcome).toBe('finished');
    expect([(await account(owner)).closesAt, await lines(owner)]).toEqual([null, ['account.closing-cancelled']]);
    await expect(notice(owner, 'closing-cancelled')).rejects.toThrow('no notice');
  });

  it('is not spoken of where there was none', async () => {
    const { person, resetPassword } = here();
    const owner = await person();
    await resetPassword(owner);
    expect(await lines(owner)).toEqual([]);
  });
});

describe('what becomes primary once a thief’s address is gone', () => {
  type Added = { readonly verifiedAt?: number; readonly rests?: number };
  const add = async (person: Person, { verifiedAt = 1, rests = 0 }: Added = {}): Promise<string> => {
    const { ports } = here();
    const [id, value] = [ports.crypto.uuid(), `${ports.crypto.digits(9)}@another.example`];
    const countsFrom = rests === 0 ? 0 : ports.now() + rests;
    await ports.store.contacts.add(person.id, {
      id,
      kind: 'email',
      value,
      key: value,
      verifiedAt,
      primary: false,
      countsFrom,
    });
    return id;
  };
  /** A thief's address in the place of the owner's; contested, and the way back walked. */
  async function undone(owner: Person): Promise<string> {
    const { account, ports, notice, contest, lift } = here();
    const held = await account(owner);
    const old = held.contacts.find(({ kind }) => kind === 'email')?.id ?? '';
    const used = held.credentials.map(({ id }) => id);
    const thiefs = await add(owner);
    await ports.store.transaction(async (tx) => {
      await tx.contacts.makePrimary(owner.id, thiefs);
      await announce(ports, tx, held, { kind: 'contact-added', visitor: THIEF, used, added: [thiefs] });
    });
    await contest(await notice(owner, 'contact-added'));
    expect((await lift(owner, WITH_APP)).outcome).toBe('finished');
    return old;
  }

  it('is the one of before, though nothing was given up', async () => {
    const owner = await here().person();
    const old = await undone(owner);
    expect(await primary(owner)).toEqual([old]);
  });

  it('never one that is not verified, nor one that rests where another counts, however old they are', async () => {
    const { person, ports, test, account } = here();
    const owner = await person();
    const [old] = await primary(owner);
    const [unverified, resting] = [await add(owner), await add(owner, { rests: 86_400_000 })];
    const older = test.database.db.updateTable('contact_points').set({ created_at: 1 });
    await older.set({ verified_at: null }).where('id', '=', unverified).execute();
    await older.where('id', '=', resting).execute();
    await ports.store.contacts.giveUp(owner.id, old ?? '', ports.now() + 86_400_000);
    await ports.store.contacts.revive(owner.id, [old ?? ''], ports.now());
    expect(await primary(owner)).toEqual([old]);
    // Else the one that rests, and none where nothing is verified.
    await ports.store.contacts.remove(owner.id, [old ?? '']);
    await ports.store.contacts.revive(owner.id, [], ports.now());
    expect(await primary(owner)).toEqual([resting]);
    await ports.store.contacts.remove(owner.id, [resting]);
    await ports.store.contacts.revive(owner.id, [], ports.now());
    expect((await account(owner)).contacts.map(({ kind, primary: first }) => [kind, first])).toContainEqual([
      'email',
      false,
    ]);
  });
});
