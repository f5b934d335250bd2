import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { announce } from '../../src/flows/announce.ts';
import { completeRecovery } from '../../src/flows/complete-recovery.ts';
import { contest, previewContest } from '../../src/flows/contest.ts';
import { otherActs } from '../../src/flows/contestable.ts';
import type { Frozen } from '../../src/flows/freeze.ts';
import { atOnce, passkey, totp } from '../store/fixture.ts';
import type { Person } from '../support/people.ts';
import { type Contested, OWNER, THIEF, useContested } from './contested.ts';

const here = useContested();
const DAY = 86_400_000;

type Outcome = Awaited<ReturnType<Contested['contest']>>;
const frozenBy = (outcome: Outcome): Frozen => {
  if (outcome.outcome !== 'frozen') throw new Error(`not frozen: ${outcome.outcome}`);
  return outcome;
};
const said = (outcomes: readonly { outcome: string; reason?: string }[]) =>
  outcomes.map((one) => one.reason ?? one.outcome).toSorted((a, b) => a.localeCompare(b));
/** Kinds of the notices that were told, oldest first. */
const told = async ({ id }: Person) =>
  (await here().ports.store.notices.toldSince(id, 0, 100)).map(({ kind }) => kind).toReversed();

/** Somebody who has signed in with these adds a passkey; its id. */
async function addsPasskey(person: Person, used: readonly string[], visitor = THIEF): Promise<string> {
  const { ports, account, test } = here();
  const added = passkey();
  test.clock.now += 1_000;
  const held = await account(person);
  await ports.store.transaction(async (tx) => {
    await tx.credentials.add(person.id, added);
    await announce(ports, tx, held, { kind: 'second-factor-added', visitor, used, added: [added.id] });
  });
  return added.id;
}

const idOf = async (person: Person, kind: string): Promise<string> =>
  (await here().account(person)).credentials.find((held) => held.kind === kind)?.id ?? '';

describe('A14 one act is contested once', () => {
  it('fifty times at once by one link: the account is frozen once, and told once', async () => {
    const { person, replaceFactor, notice, linkTo, ports, audit } = here();
    const owner = await person();
    await replaceFactor(owner);
    const typed = { ...(await linkTo(await notice(owner, 'second-factor-replaced'))), also: [] };
    const outcomes = await atOnce(50, () => contest(ports, OWNER, typed));
    // More than three at once are no tries of the owner.
    expect(outcomes.filter(({ outcome }) => outcome === 'frozen')).toHaveLength(1);
    expect((await audit(owner)).filter((kind) => kind === 'account.frozen')).toHaveLength(1);
    expect((await told(owner)).filter((kind) => kind === 'account-frozen')).toHaveLength(1);
  });

  it('by two links to one act, and by the link and the console at once: once', async () => {
    const { person, replaceFactor, notice, contest: byLink, contestInConsole, audit } = here();
    const owner = await person();
    await replaceFactor(owner);
    const act = await notice(owner, 'second-factor-replaced');
    const outcomes = await Promise.all([byLink(act), byLink(act), contestInConsole(act)]);
    expect(outcomes.filter(({ outcome }) => outcome === 'frozen')).toHaveLength(1);
    expect((await audit(owner)).filter((kind) => kind === 'account.frozen')).toHaveLength(1);
  });

  it('two acts at once: both are, in one freeze that is told once', async () => {
    const { person, replaceFactor, notice, contest: byLink, account, audit } = here();
    const owner = await person();
    await addsPasskey(owner, [await idOf(owner, 'password')]);
    await replaceFactor(owner, { ...THIEF, deviceHash: null });
    const acts = [await notice(owner, 'second-factor-added'), await notice(owner, 'second-factor-replaced')];
    expect(said(await Promise.all(acts.map((act) => byLink(act))))).toEqual(['frozen', 'frozen']);
    const { contested } = await account(owner);
    expect(contested.map(({ kind }) => kind).toSorted()).toEqual(['second-factor-added', 'second-factor-replaced']);
    expect((await told(owner)).filter((kind) => kind === 'account-frozen')).toHaveLength(1);
    expect((await audit(owner)).filter((kind) => kind === 'account.frozen')).toHaveLength(2);
  });
});

describe('what is contested', () => {
  it('A20 a sign-in that has not come to a session yet comes to none', async () => {
    const { person, journey, notice, contest: byLink, ports } = here();
    const owner = await person();
    const thief = await journey(owner, 'reset-second-factor', ['email-code', 'password', 'sms-code']);
    const done = await completeRecovery(ports, THIEF, thief, { factor: totp() });
    expect(done).toMatchObject({ outcome: 'finished', session: { acr: 'urn:regain:acr:1' } });
    frozenBy(await byLink(await notice(owner, 'second-factor-replaced')));
    // The provider comes with the session's uid only now.
    expect(await ports.store.sessions.bind(thief.id, ports.crypto.token())).toBe(false);
  });

  it('goes with what was done by what it had added, and with the browsers of all of it', async () => {
    const { person, replaceFactor, notice, contest: byLink, account, ports } = here();
    const owner = await person();
    const second = { ...THIEF, deviceHash: Buffer.alloc(32, 67) };
    const app = await replaceFactor(owner);
    const key = await addsPasskey(owner, [await idOf(owner, 'password'), app], second);
    await ports.store.devices.remember(owner.id, second.deviceHash, second, ports.now());
    const frozen = frozenBy(await byLink(await notice(owner, 'second-factor-replaced')));
    expect(frozen.blocked.credentials.map(({ id }) => id).toSorted()).toEqual([app, key].toSorted());
    const browsers = await ports.store.devices.of(owner.id);
    expect(browsers.map(({ blockedAt }) => blockedAt === null)).toEqual([false, false]);
    const { credentials } = await account(owner);
    expect(credentials.map(({ kind, state }) => [kind, state])).toEqual([
      ['password', 'active'],
      ['totp', 'active'],
    ]);
  });

  it('A26 the ids of somebody else’s acts, or of what cannot be contested, are nothing', async () => {
    const { person, replaceFactor, notice, contest: byLink, contestInConsole, account, ports } = here();
    const [owner, other] = [await person(), await person()];
    await replaceFactor(owner);
    const foreign = await notice(other, 'second-factor-enrolled');
    frozenBy(await byLink(await notice(owner, 'second-factor-replaced'), [foreign.id, 'nonsense']));
    expect((await account(other)).frozenAt).toBeNull();
    expect((await ports.store.notices.find(other.id, foreign.id))?.contestedAt).toBeNull();
    const final = await notice(owner, 'account-frozen');
    expect(await contestInConsole({ ...final, accountId: other.id })).toMatchObject({ reason: 'not-asked' });
    expect((await byLink(final)).outcome).toBe('refused');
  });

  it('is what the page before it says: the ways back, and what opens nothing any more', async () => {
    const { person, replaceFactor, notice, linkTo, contest: byLink, ports } = here();
    const owner = await person({ passkey: true });
    await replaceFactor(owner);
    const act = await notice(owner, 'second-factor-replaced');
    const preview = await previewContest(ports, (await linkTo(act)).token);
    const ways = [
      ['email-code', 'password', 'totp'],
      ['email-code', 'password', 'passkey'],
    ];
    expect(preview).toMatchObject({ state: 'open', waysBack: ways });
    const frozen = frozenBy(await byLink(act));
    expect(frozen.waysBack).toEqual(ways);
  });

  it('ends a closing that was asked for, once its owner is back; meanwhile nothing is erased', async () => {
    const { person, notice, contest: byLink, lift, account, ports } = here();
    const owner = await person({ passkey: true });
    await ports.store.accounts.update(owner.id, { closesAt: ports.now() + DAY });
    frozenBy(await byLink(await notice(owner, 'second-factor-enrolled')));
    expect(await ports.store.accounts.toClose(ports.now() + 30 * DAY, 100)).not.toContain(owner.id);
    expect((await lift(owner, ['email-code', 'password', 'passkey'])).outcome).toBe('finished');
    expect((await account(owner)).closesAt).toBeNull();
  });
});

describe('A36 vetoes', () => {
  it('the third contested recovery in thirty days goes to an operator', async () => {
    const { person, replaceFactor, notice, contest: byLink, lift, account, test } = here();
    const owner = await person();
    const veto = async () => {
      // What a way back sets is no proof for a week.
      test.clock.now += 7 * DAY + 1_000;
      await replaceFactor(owner);
      return frozenBy(await byLink(await notice(owner, 'second-factor-replaced'))).waysBack;
    };
    for (const _ of ['first', 'second']) {
      expect(await veto()).not.toEqual([]);
      expect((await lift(owner, ['email-code', 'password', 'totp'])).outcome).toBe('finished');
    }
    expect(await veto()).toEqual([]);
    expect((await account(owner)).suspendedAt).not.toBeNull();
    expect((await told(owner)).at(-1)).toBe('account-held');
    expect(await lift(owner, ['email-code', 'password', 'totp'])).toMatchObject({ reason: 'not-asked' });
  });

  it('a recovery that told of two things counts once', async () => {
    const { person, replaceFactor, notice, contest: byLink, account, ports, test } = here();
    const owner = await person();
    const held = await account(owner);
    const acts = async () => {
      test.clock.now += 1_000;
      const visitor = { ...THIEF, deviceHash: null };
      await ports.store.transaction(async (tx) => {
        for (const kind of ['second-factor-replaced', 'password-reset'] as const)
          await announce(ports, tx, held, { kind, visitor, used: ['x'], added: [ports.crypto.uuid()] });
      });
      return [await notice(owner, 'second-factor-replaced'), await notice(owner, 'password-reset')];
    };
    for (const act of [...(await acts()), ...(await acts())]) await byLink(act);
    expect((await account(owner)).suspendedAt).toBeNull();
    await ports.store.accounts.update(owner.id, { frozenAt: null });
    await replaceFactor(owner);
    await byLink(await notice(owner, 'second-factor-replaced'));
    expect((await account(owner)).suspendedAt).not.toBeNull();
  });

  it('… and not when they were longer ago', async () => {
    const { person, replaceFactor, notice, contest: byLink, lift, test } = here();
    const owner = await person();
    for (let round = 0; round < 4; round += 1) {
      await replaceFactor(owner);
      expect(frozenBy(await byLink(await notice(owner, 'second-factor-replaced'))).waysBack).not.toEqual([]);
      expect((await lift(owner, ['email-code', 'password', 'totp'])).outcome).toBe('finished');
      test.clock.now += 16 * DAY;
    }
  });

  it.each(['reported lost', 'switched off', 'blocked', 'disabled'])('what was %s is revived by none', async (how) => {
    const { person, replaceFactor, notice, contest: byLink, account, ports, test } = here();
    const owner = await person();
    const app = await idOf(owner, 'totp');
    if (how === 'disabled') await ports.store.credentials.countFailure(app, 1);
    else if (how === 'blocked') await ports.store.credentials.setState(owner.id, [app], 'blocked');
    else await ports.store.credentials.setState(owner.id, [app], 'off', how === 'reported lost' ? ports.now() : null);
    await replaceFactor(owner);
    const frozen = frozenBy(await byLink(await notice(owner, 'second-factor-replaced')));
    expect(frozen.waysBack).toEqual([]);
    expect((await account(owner)).credentials.map(({ kind }) => kind)).toEqual(['password']);
    await ports.store.credentials.revive(owner.id, [app]);
    const [row] = await test.database.db.selectFrom('credentials').select('state').where('id', '=', app).execute();
    expect(row).toEqual({ state: 'removed' });
  });
});

it('guessing at what a contest brought back is counted, and ends with it', async () => {
  const { person, replaceFactor, notice, contest: byLink, account, ports } = here();
  const owner = await person();
  const app = await idOf(owner, 'totp');
  await replaceFactor(owner);
  frozenBy(await byLink(await notice(owner, 'second-factor-replaced')));
  const counts = await atOnce(12, () => ports.store.credentials.countFailure(app, 10));
  expect(counts.filter(({ disabled }) => disabled)).toHaveLength(1);
  expect((await account(owner)).credentials.map(({ kind }) => kind)).toEqual(['password']);
  expect(await ports.store.credentials.acceptStep(app, 1)).toBe(false);
});

it('what was removed stays sealed for as long as it can be contested, and longer once it is', async () => {
  const { person, replaceFactor, notice, contest: byLink, account, test } = here();
  const owner = await person();
  const app = await idOf(owner, 'totp');
  await replaceFactor(owner);
  // The cooling period of a day is long over.
  test.clock.now += 6 * DAY;
  await test.database.purgeExpired(1_000);
  frozenBy(await byLink(await notice(owner, 'second-factor-replaced')));
  test.clock.now += 80 * DAY;
  await test.database.purgeExpired(1_000);
  expect((await account(owner)).credentials.map(({ id }) => id)).toContain(app);
  const left = await sql<{ purge_at: number }>`select purge_at from credentials where id = ${app}`.execute(
    test.database.db,
  );
  expect(left.rows[0]?.purge_at).toBeGreaterThan(test.clock.now);
});

it('no act is pushed out by doing more: what changed something is found behind hundreds of others, and of sign-ins the newest', async () => {
  const { person, notice, contest: byLink, account, ports, test } = here();
  const owner = await person();
  const held = await account(owner);
  const key = await addsPasskey(owner, [await idOf(owner, 'password')]);
  const changes = async (kind: 'contact-made-primary' | 'new-browser') => {
    for (let n = 0; n < 120; n += 1) {
      test.clock.now += 60_000;
      await ports.store.transaction((tx) => announce(ports, tx, held, { kind, visitor: THIEF, used: ['x'] }));
    }
  };
  await changes('new-browser');
  await changes('contact-made-primary');
  const first = await notice(owner, 'contact-made-primary');
  const others = await otherActs(ports.store, first);
  const kinds = others.map(({ notice: { kind } }) => kind);
  expect(kinds.filter((kind) => kind === 'contact-made-primary')).toHaveLength(119);
  expect(kinds.filter((kind) => kind === 'new-browser')).toHaveLength(100);
  const added = others.find(({ notice: { kind } }) => kind === 'second-factor-added');
  expect(added?.likely).toBe('same-browser');
  frozenBy(await byLink(first, [added?.notice.id ?? '']));
  expect((await account(owner)).credentials.map(({ id }) => id)).not.toContain(key);
});
