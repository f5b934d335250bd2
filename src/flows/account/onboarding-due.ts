import type { Addition } from '../../domain/addition.ts';
import { onboardingStep, PUT_OFF_MS } from '../../domain/onboarding.ts';
import { belongingsOf } from '../belongings.ts';
import type { Account, Ports } from '../ports.ts';

/** What is proposed to somebody who has just signed in; null: nothing, or they have put it off lately. */
export function onboardingDue(ports: Pick<Ports, 'closed' | 'now'>, account: Account): Addition | null {
  const { onboarding } = account.policy;
  if (!onboarding.lacking && onboarding.add.length === 0) return null;
  if (account.onboardingAfter !== null && account.onboardingAfter > ports.now()) return null;
  return onboardingStep(account.policy, belongingsOf(account, ports));
}

/** The person goes on without: it is proposed again in some days. */
export async function putOffOnboarding(ports: Ports, account: Account): Promise<void> {
  await ports.store.accounts.update(account.id, { onboardingAfter: ports.now() + PUT_OFF_MS });
}
