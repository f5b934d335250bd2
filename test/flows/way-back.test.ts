import { describe, expect, it } from 'vitest';
import { resumeAccount } from '../../src/flows/administration/resume-account.ts';
import { announce } from '../../src/flows/announce.ts';
import { completeRecovery } from '../../src/flows/complete-recovery.ts';
import { completeSignIn } from '../../src/flows/complete-sign-in.ts';
import { verdictOn } from '../../src/flows/standing.ts';
import { journeyOf, passkey, totp } from '../store/fixture.ts';
import type { Person } from '../support/people.ts';
import { OWNER, THIEF, useContested } from './contested.ts';

const here = useContested();
const WITH_APP = ['email-code', 'password', 'totp'] as const;
const BY_SMS = ['email-code', 'password', 'sms-code'] as const;

const kindsOf = async (person: Person) =>
  (await here().account(person)).credentials.map(({ kind, state }) => `${kind} ${state}`).toSorted();
const idOf = async (person: Person, kind: string): Promise<string> =>
  (await here().account(person)).credentials.find((held) => held.kind === kind)?.id ?? '';

/** Somebody with mailbox, password and SIM has replaced the app, and its owner contests that. */
async function contestedReplacement(settings: { passkey?: boolean } = {}): Promise<{ owner: Person; thiefs: string }> {
  const { person, replaceFactor, notice, contest } = here();
  const owner = await person(settings);
  const thiefs = await replaceFactor(owner);
  expect((await contest(await notice(owner, 'second-factor-replaced'))).outcome).toBe('frozen');
  return { owner, thiefs };
}

describe('X3 the way back', () => {
  it('removes what came in, revives what went, opens the account and lets the browser in; nothing is left to contest', async () => {
    const { lift, account, ports, linkTo, notice, contest, audit } = here();
    const { owner } = await contestedReplacement();
    const older = await linkTo(await notice(owner, 'second-factor-enrolled'));
    await ports.store.devices.remember(owner.id, OWNER.deviceHash ?? Buffer.alloc(0), OWNER, ports.now());
    await ports.store.devices.block(owner.id, OWNER.deviceHash ?? Buffer.alloc(0), ports.now());
    const done = await lift(owner, WITH_APP);
    expect(done).toMatchObject({
      outcome: 'finished',
      receipt: { set: ['password'], undone: { removed: [{ kind: 'totp' }], revived: [{ kind: 'totp' }], off: [] } },
    });
    expect(done).not.toHaveProperty('session');
    const { frozenAt, contested, recoveredAt } = await account(owner);
    expect([frozenAt, contested, recoveredAt]).toEqual([null, [], ports.now()]);
    expect(await kindsOf(owner)).toEqual(['password active', 'totp active']);
    expect(await ports.store.devices.isBlocked(owner.id, OWNER.deviceHash ?? Buffer.alloc(0))).toBe(false);
    expect(await ports.store.devices.isKnown(owner.id, OWNER.deviceHash ?? Buffer.alloc(0))).toBe(true);
    expect(await ports.store.devices.isBlocked(owner.id, THIEF.deviceHash ?? Buffer.alloc(0))).toBe(true);
    expect(await ports.store.codes.findByToken('contest', ports.crypto.hashToken(older.token))).toMatchObject({
      consumedAt: ports.now(),
    });
    expect((await contest(await notice(owner, 'account-unfrozen'))).outcome).toBe('refused');
    expect(await audit(owner)).toEqual(
      expect.arrayContaining(['account.frozen', 'recovery.finished', 'account.unfrozen']),
    );
  });

  it('is walked once, by one of many that end it at once', async () => {
    const { journey, ports, account } = here();
    const { owner } = await contestedReplacement();
    const walks = await Promise.all(
      [WITH_APP, WITH_APP, WITH_APP].map((kinds) => journey(owner, 'lift-freeze', kinds)),
    );
    const ends = [...walks, ...walks, ...walks].map((walk, n) =>
      completeRecovery(ports, OWNER, walk, { passwordHash: `hash ${n}` }),
    );
    const outcomes = await Promise.all(ends);
    expect(outcomes.filter(({ outcome }) => outcome === 'finished')).toHaveLength(1);
    const passwords = (await account(owner)).credentials.filter(({ kind }) => kind === 'password');
    expect(passwords).toHaveLength(1);
  });

  it('and another contest at once: either the walk comes first, and nothing is left to contest, or it is decided anew', async () => {
    const { journey, ports, contest, notice, account } = here();
    const seen = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const { owner } = await contestedReplacement();
      // Done with the app and the password: contested too, nothing on the way is untouched but the mailbox, which was used already.
      const held = await account(owner);
      const used = held.credentials.map(({ id }) => id);
      await ports.store.transaction((tx) => announce(ports, tx, held, { kind: 'new-browser', visitor: THIEF, used }));
      const act = await notice(owner, 'new-browser');
      const walk = await journey(owner, 'lift-freeze', WITH_APP);
      const both = [
        () => completeRecovery(ports, OWNER, walk, { passwordHash: 'a new hash' }),
        () => contest(act),
      ] as const;
      const started =
        round % 2
          ? both.map((start) => start())
          : both
              .toReversed()
              .map((start) => start())
              .toReversed();
      const [walked, contested] = await Promise.all(started);
      const outcome = `${walked?.outcome} ${contested?.outcome}`;
      seen.add(outcome);
      expect((await account(owner)).frozenAt === null).toBe(outcome === 'finished refused');
    }
    expect([...seen].filter((outcome) => !['finished refused', 'refused frozen'].includes(outcome))).toEqual([]);
  });

  it('A35 what it sets is no proof in another recovery, nor what the contested act was done with; a full sign-in settles both', async () => {
    const { lift, account, ports, notice, contest, person, resetPassword, test } = here();
    const owner = await person({ passkey: true });
    // The thief of the phone: mailbox and app. The owner has the password from before and a passkey elsewhere.
    await resetPassword(owner);
    await contest(await notice(owner, 'password-reset'));
    expect((await lift(owner, ['email-code', 'password', 'passkey'])).outcome).toBe('finished');
    const held = await account(owner);
    const [app, set] = [await idOf(owner, 'totp'), await idOf(owner, 'password')];
    const email = held.contacts.find(({ kind }) => kind === 'email')?.id ?? '';
    const again = (proofs: readonly { kind: 'email-code' | 'totp' | 'password' | 'sms-code'; by: string }[]) =>
      verdictOn(ports, held, {
        goal: 'reset-password',
        atLeast: null,
        proofs: proofs.map((one) => ({ ...one, at: ports.now() })),
      }).verdict;
    // The passkey, which nobody else used, counts as before.
    expect(
      again([
        { kind: 'email-code', by: email },
        { kind: 'totp', by: app },
      ]),
    ).toBe('ask');
    const standing = (id: string, of = held) => of.credentials.find((one) => one.id === id)?.unsettledUntil ?? null;
    expect(standing(app)).toBeGreaterThan(ports.now());
    expect(standing(set)).toBeGreaterThan(ports.now());

    test.clock.now += 1_000;
    const proofs = (['password', 'totp'] as const).map((kind, at) => ({
      kind,
      at: ports.now(),
      by: at === 0 ? set : app,
    }));
    const signIn = await ports.store.journeys.create(
      journeyOf(test.clock, { accountId: owner.id, proofs }),
      ports.crypto.hashToken(owner.id),
    );
    expect((await completeSignIn(ports, OWNER, signIn)).outcome).toBe('signed-in');
    const settled = await account(owner);
    expect([standing(app, settled), standing(set, settled)]).toEqual([null, null]);
  });

  it('a number that was used rests: no recovery by SMS for a while', async () => {
    const { lift, account, ports } = here();
    const { owner } = await contestedReplacement();
    await lift(owner, WITH_APP);
    const phone = (await account(owner)).contacts.find(({ kind }) => kind === 'phone');
    expect(phone?.countsFrom).toBe(ports.now() + 7 * 86_400_000);
  });

  it('what is in doubt is switched off, until its owner switches it on', async () => {
    const { person, account, ports, test, notice, contest, lift } = here();
    const owner = await person();
    const used = (await account(owner)).credentials.map(({ id }) => id);
    const added = passkey();
    const held = await account(owner);
    await ports.store.transaction(async (tx) => {
      await tx.credentials.add(owner.id, added);
      await announce(ports, tx, held, { kind: 'second-factor-added', visitor: OWNER, used, added: [added.id] });
      test.clock.now += 1_000;
      await announce(ports, tx, held, { kind: 'new-browser', visitor: THIEF, used });
    });
    await contest(await notice(owner, 'new-browser'));
    expect(await lift(owner, ['email-code', 'password', 'passkey'])).toMatchObject({ outcome: 'refused' });
    expect(await lift(owner, WITH_APP)).toMatchObject({ receipt: { undone: { off: [{ kind: 'passkey' }] } } });
    expect(await kindsOf(owner)).toEqual(['passkey off', 'password active', 'totp active']);
  });

  it('a password that was changed by the contested act does not come back; the one from before was only asked for', async () => {
    const { person, resetPassword, notice, contest, lift, account } = here();
    const owner = await person({ passkey: true });
    const before = await idOf(owner, 'password');
    const thiefs = await resetPassword(owner);
    await contest(await notice(owner, 'password-reset'));
    expect((await account(owner)).credentials.map(({ id }) => id)).toContain(before);
    await lift(owner, ['email-code', 'password', 'passkey']);
    const passwords = (await account(owner)).credentials.filter(({ kind }) => kind === 'password');
    expect(passwords.map(({ id }) => [before, thiefs].includes(id))).toEqual([false]);
  });

  it('an address that was given up by it is the account’s again, and the one that came in is gone', async () => {
    const { person, account, ports, notice, contest, lift } = here();
    const owner = await person();
    const held = await account(owner);
    const old = held.contacts.find(({ kind }) => kind === 'email')?.id ?? '';
    const used = held.credentials.map(({ id }) => id);
    const id = ports.crypto.uuid();
    const value = `${ports.crypto.digits(9)}@thief.example`;
    await ports.store.transaction(async (tx) => {
      const contact = { id, kind: 'email', value, key: value, verifiedAt: 1, primary: false, countsFrom: 0 } as const;
      await tx.contacts.add(owner.id, contact);
      await tx.contacts.giveUp(owner.id, old, ports.now() + 1_000);
      await tx.contacts.makePrimary(owner.id, id);
      await announce(ports, tx, held, { kind: 'contact-added', visitor: THIEF, used, added: [id], removed: [old] });
    });
    await contest(await notice(owner, 'contact-added'));
    expect((await account(owner)).contacts.map((one) => one.id)).not.toContain(id);
    expect((await lift(owner, WITH_APP)).outcome).toBe('finished');
    const emails = (await account(owner)).contacts.filter(({ kind }) => kind === 'email');
    expect(emails.map((one) => [one.id, one.primary])).toEqual([[old, true]]);
  });

  it('without an app or passkey it is a recovery like others: contestable, and counted', async () => {
    const { person, notice, contest, journey, ports, account } = here();
    const owner = await person();
    // Of the app that an administrator enrolled.
    await contest(await notice(owner, 'second-factor-enrolled'));
    const walk = await journey(owner, 'lift-freeze', BY_SMS);
    const gains = { passwordHash: 'a new hash', factor: totp() };
    expect((await completeRecovery(ports, THIEF, walk, gains)).outcome).toBe('finished');
    const set = await notice(owner, 'second-factor-replaced');
    expect((await contest(set)).outcome).toBe('frozen');
    expect((await account(owner)).frozenAt).not.toBeNull();
  });
});

const resume = (person: Person, how?: 'undo' | 'keep') =>
  resumeAccount(here().test.administration, person.username, how);

describe('an operator’s word', () => {
  it('is asked for as long as a contest is open, and only then', async () => {
    const { person } = here();
    const { owner } = await contestedReplacement();
    expect(await resume(owner)).toMatchObject({ outcome: 'refused', reason: 'contest-open' });
    expect(await resume(await person(), 'undo')).toMatchObject({ outcome: 'refused', reason: 'no-contest' });
  });

  it('undo: as it was before, the password too; the owner is told, and the choice is in the log', async () => {
    const { account, resetPassword, person, notice, contest, ports } = here();
    const owner = await person();
    const before = await idOf(owner, 'password');
    await resetPassword(owner);
    await contest(await notice(owner, 'password-reset'));
    expect(await resume(owner, 'undo')).toMatchObject({ outcome: 'resumed', changed: true, contested: 'undo' });
    expect((await account(owner)).frozenAt).toBeNull();
    expect(await idOf(owner, 'password')).toBe(before);
    expect(await kindsOf(owner)).toEqual(['password active', 'totp active']);
    const [entry] = await ports.store.activity.of(owner.id, { limit: 1, kinds: ['account.unfrozen'] });
    expect(entry).toMatchObject({ actor: 'cli', details: { contested: 'undo', by: 'test' } });
    expect((await notice(owner, 'account-reopened')).told).toBe(true);
  });

  it('keep: what was contested stays, and the browsers that it blocked are let in; others that were blocked are not', async () => {
    const { account, ports, person, replaceFactor, notice, contest, test } = here();
    const owner = await person();
    const other = Buffer.alloc(32, 5);
    await ports.store.devices.remember(owner.id, other, { ...THIEF, deviceHash: other }, ports.now());
    await ports.store.devices.block(owner.id, other, ports.now());
    test.clock.now += 1_000;
    const thiefs = await replaceFactor(owner);
    await contest(await notice(owner, 'second-factor-replaced'));
    expect(await resume(owner, 'keep')).toMatchObject({ outcome: 'resumed', contested: 'keep' });
    expect(await idOf(owner, 'totp')).toBe(thiefs);
    expect((await account(owner)).frozenAt).toBeNull();
    expect(await ports.store.devices.isBlocked(owner.id, THIEF.deviceHash ?? other)).toBe(false);
    expect(await ports.store.devices.isBlocked(owner.id, other)).toBe(true);
  });

  it('lifts the suspension that a third veto brought, together with it', async () => {
    const { account, ports } = here();
    const { owner } = await contestedReplacement();
    await ports.store.accounts.update(owner.id, { suspendedAt: ports.now() });
    await resume(owner, 'undo');
    const { suspendedAt, frozenAt } = await account(owner);
    expect([suspendedAt, frozenAt]).toEqual([null, null]);
  });
});
