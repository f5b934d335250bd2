import { isMailboxProven, type Journey } from '../domain/journey.ts';
import type { RecoveryGoal } from '../domain/policy.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';
import { recoveryOptions } from './recovery-options.ts';
import { takeStep } from './take-step.ts';

/**
 * "Reset my password", "Reset my second authentication factor", "I have lost both": only once the mailbox is proven, and
 * only what policy and account allow. Choosing again starts from the mailbox anew, and from the restore code where one was typed, which is spent
 * once, whatever for: other proofs for one goal are none for another.
 */
export async function chooseGoal(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  goal: RecoveryGoal,
): Promise<Advanced | Refused<'not-asked'>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  const proofs = journey.proofs.filter(({ kind }) => kind === 'email-code' || kind === 'restore-code');
  if (!account || !isMailboxProven(journey)) return refused('not-asked');
  if (!recoveryOptions(ports, account, proofs, journey).open.some((open) => open.goal === goal))
    return refused('not-asked');
  const { challenge, linkCodeId } = journey.state;
  const restoring = proofs.some(({ kind }) => kind === 'restore-code');
  return takeStep(ports, visitor, journey, account, {
    goal,
    proofs,
    state: { challenge, ...(linkCodeId ? { linkCodeId } : {}), ...(restoring && { restoring: true as const }) },
  });
}
