import type { Act, ActObject } from '../../domain/act.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Ports, Take } from '../ports.ts';
import { mayAct, type NotAllowed, type Owner } from './act.ts';

/** Takes from each of these budgets, or says until when one of them is empty. */
export async function takeOrWait(ports: Ports, takes: readonly Take[]): Promise<Refused<'slow-down'> | undefined> {
  if (await ports.limits.take(takes)) return undefined;
  return refused('slow-down', { until: (await ports.limits.emptyUntil(takes)) ?? ports.now() + 60_000 });
}

/** What an account may change in an hour and in a day: each change is told by SMS too, and no notice is ever left out (ATTACKS A23). */
export async function oneMoreChange(
  ports: Ports,
  { account }: Owner,
): Promise<Refused<'too-much-changed'> | undefined> {
  const wait = await takeOrWait(ports, [{ budget: 'changes-per-account', key: account.id }]);
  return wait && { ...wait, reason: 'too-much-changed' };
}

/** Why this owner may not do `act` now, as far as can be said without a lock and before anything is spent on it; undefined when they may. */
export function notAllowedNow(
  ports: Ports,
  owner: Owner,
  act: Act,
  about: (account: Account) => ActObject = () => ({}),
): NotAllowed | undefined {
  const verdict = mayAct(ports, owner, act, { about: about(owner.account) });
  return verdict.verdict === 'allow' ? undefined : { outcome: 'not-allowed', verdict };
}

/** Both, for acts that need nothing else before. */
export async function mayChange(
  ports: Ports,
  owner: Owner,
  act: Act,
  about?: (account: Account) => ActObject,
): Promise<NotAllowed | Refused<'too-much-changed'> | undefined> {
  return notAllowedNow(ports, owner, act, about) ?? (await oneMoreChange(ports, owner));
}
