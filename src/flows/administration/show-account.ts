import { decide } from '../../domain/decide.ts';
import type { Goal, RecoveryGoal, Route } from '../../domain/policy.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { isBound } from '../../domain/way.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts, KnownDevice } from '../ports/administration.ts';
import type { Account, Notice } from '../ports.ts';
import { standingOf } from '../standing.ts';
import { findAccount } from './find-account.ts';

export interface AccountShown {
  readonly outcome: 'found';
  readonly account: Account;
  readonly devices: readonly KnownDevice[];
  /** What "It wasn't me" was said to, as long as it holds. */
  readonly contests: readonly Notice[];
  readonly routes: Readonly<Record<'sign-in' | RecoveryGoal | 'emergency-code', readonly RouteShown[]>>;
}

/** One route of the policy and what `decide` says of it for this account now. */
export interface RouteShown {
  readonly route: Route;
  readonly verdict: Verdict;
}

/** Everything about an account that an administrator may see, and what it could do now to get in. */
export async function showAccount(
  ports: AdministrationPorts,
  identifier: string,
): Promise<AccountShown | Refused<'unknown-user'>> {
  const account = await findAccount(ports, identifier);
  if (!account) return refused('unknown-user');
  const on = (goal: Goal) => routesTo(ports, account, goal);
  return {
    outcome: 'found',
    account,
    devices: await ports.store.signIns.of(account.id),
    contests: account.frozenAt === null ? [] : await ports.store.notices.open(account.id),
    routes: {
      'sign-in': on('sign-in'),
      'reset-password': on('reset-password'),
      'reset-second-factor': on('reset-second-factor'),
      'reset-both': on('reset-both'),
      'lift-freeze': on('lift-freeze'),
      'emergency-code': on('emergency-code'),
    },
  };
}

/** `decide` answers for a goal; asked with one route at a time it says which of them are open. */
function routesTo(ports: AdministrationPorts, account: Account, goal: Goal): RouteShown[] {
  const { policy } = account;
  const standing = standingOf(account, ports);
  return policy.routes[goal]
    .filter((route) => !route.when || (route.when === 'bound') === isBound(policy, standing))
    .map((route) => ({
      route,
      verdict: decide(
        { ...policy, routes: { ...policy.routes, [goal]: [route] } },
        standing,
        { goal },
        [],
        ports.now(),
      ),
    }));
}
