import { interactionPolicy } from 'oidc-provider';
import { holdersOf } from '../../domain/credential.ts';
import type { Account } from '../../flows/ports.ts';
import { standingOf } from '../../flows/standing.ts';
import { accountOf } from '../account.ts';
import type { DemandDependencies } from '../demand.ts';

const { Check } = interactionPolicy;

/** A17: asked at every authorization request, whatever client, prompt or tab it comes by. */
export function reRegisterChecks(deps: Pick<DemandDependencies, 'closed' | 'now'>): interactionPolicy.Check[] {
  return [
    new Check('second_factor_owed', 'a second factor has to be registered', (ctx) => {
      const account = accountOf(ctx);
      return account !== undefined && owesSecondFactor(account, deps);
    }),
  ];
}

/**
 * The policy asks for a second factor and the account never had one. One that lost its factor is bound: it recovers, and never
 * registers another by this way (DESIGN, invariant).
 */
export function owesSecondFactor(account: Account, deps: Pick<DemandDependencies, 'closed' | 'now'>): boolean {
  const { required, kinds } = account.policy.secondFactor;
  if (!required || account.boundToSecondFactor) return false;
  const standing = standingOf(account, deps);
  return kinds.every((kind) => holdersOf(standing, kind).length === 0);
}
