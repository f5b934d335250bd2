import { expect } from 'vitest';
import type { Evidence } from '../../../src/domain/state.ts';
import { completeRecovery } from '../../../src/flows/complete-recovery.ts';
import { completeSignIn } from '../../../src/flows/complete-sign-in.ts';
import { contest } from '../../../src/flows/contest.ts';
import { isOpen } from '../../../src/flows/contestable.ts';
import type { Account, Visitor } from '../../../src/flows/ports.ts';
import { journeyOf, totp } from '../../store/fixture.ts';
import { accountOf } from '../../support/owner.ts';
import type { TestPorts } from '../../support/ports.ts';
import { OWNER } from '../contested.ts';
import type { OneTransaction } from './one-transaction.ts';

interface Frozen {
  readonly test: Pick<TestPorts, 'clock'>;
  readonly world: OneTransaction;
  readonly account: Account;
  readonly visitor: Visitor;
}

/**
 * The owner says "It wasn't me" to one of the acts, by its message, or to all of them; then whoever did them tries to come back. `hands`: all that
 * they ever had, by the ids of the database. Whether there was anything to contest.
 */
export async function contestAndComeBack(
  test: Pick<TestPorts, 'clock'>,
  world: OneTransaction,
  { id, visitor, hands, nth }: { id: string; visitor: Visitor; hands: readonly Evidence[]; nth: number },
): Promise<boolean> {
  const { ports } = world;
  const acts = (await ports.store.notices.toldSince(id, 0, 100)).filter(isOpen);
  const notice = acts[nth % Math.max(1, acts.length)];
  if (!notice) return false;
  const code = { id: ports.crypto.uuid(), token: ports.crypto.token() };
  await ports.store.codes.create({
    id: code.id,
    purpose: 'contest',
    accountId: id,
    journeyId: null,
    contactId: null,
    noticeId: notice.id,
    tokenHash: ports.crypto.hashToken(code.token),
    codeHash: ports.crypto.hashCode('contest', code.id, '42'),
    expiresAt: test.clock.now + 600_000,
  });
  const also = nth % 2 === 0 ? acts.map((act) => act.id) : [];
  const done = await contest(ports, OWNER, { token: code.token, digits: '42', also });
  expect(done.outcome).toBe('frozen');

  const frozen: Frozen = { test, world, account: await accountOf({ ports }, id), visitor };
  const used = frozen.account.contested.flatMap((act) => act.used);
  const added = frozen.account.contested.flatMap((act) => act.added);
  const spent = hands.filter(({ by }) => used.includes(by) || added.includes(by));
  // Nothing else opens the account, and by what the acts stood on or brought nobody gets it back (A36, docs/decisions/0008).
  expect(await comesBack(frozen, 'sign-in', hands)).toBe(false);
  for (const goal of ['reset-password', 'reset-second-factor', 'reset-both'] as const)
    expect(await comesBack(frozen, goal, hands)).toBe(false);
  expect(await comesBack(frozen, 'lift-freeze', spent)).toBe(false);
  return true;
}

/** Whatever the goal asks for at its end is brought in each way that there is. */
async function comesBack(
  { test, world, account, visitor }: Frozen,
  goal: 'sign-in' | 'reset-password' | 'reset-second-factor' | 'reset-both' | 'lift-freeze',
  hands: readonly Evidence[],
): Promise<boolean> {
  const { ports } = world;
  const begin = () => {
    const proofs = hands.map((one) => ({ ...one, at: test.clock.now }));
    const kind = goal === 'sign-in' ? 'sign-in' : 'recovery';
    const { id: accountId, organizationId } = account;
    const journey = journeyOf(test.clock, { kind, goal, accountId, organizationId, interactionUid: null, proofs });
    return ports.store.journeys.create(journey, ports.crypto.hashToken(journey.id));
  };
  if (goal === 'sign-in') return (await completeSignIn(ports, visitor, await begin())).outcome !== 'refused';
  for (const gains of [
    { passwordHash: 'a new hash' },
    { factor: totp() },
    { passwordHash: 'a new hash', factor: totp() },
  ])
    if ((await completeRecovery(ports, visitor, await begin(), gains)).outcome !== 'refused') return true;
  return false;
}
