import type Provider from 'oidc-provider';
import type { CurrentSession, Exchange } from '../flows/ports-interactions.ts';
import { findAccount } from './account.ts';
import { isPastItsAge } from './checks/login.ts';
import type { OidcDependencies } from './dependencies.ts';
import { contextOf } from './held-interaction.ts';
import { acrOf } from './requested-acr.ts';

/**
 * The provider's session of this browser, for our own pages (DESIGN rule 8). Undefined by the same reasons that lead to the
 * sign-in page elsewhere: too old, account suspended or gone.
 */
export async function currentSession(
  deps: Pick<OidcDependencies, 'accounts' | 'now'>,
  provider: Provider,
  at: Exchange,
): Promise<CurrentSession | undefined> {
  const session = await provider.Session.get(contextOf(provider, at));
  if (!session.accountId) return undefined;
  const account = await findAccount(deps.accounts, session.accountId);
  if (!account || isPastItsAge(account.record.policy, session, deps.now())) return undefined;
  return {
    uid: session.uid,
    accountId: session.accountId,
    acr: acrOf(session),
    amr: session.amr ?? [],
    at: (session.loginTs ?? 0) * 1000,
  };
}
