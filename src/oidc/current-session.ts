import type Provider from 'oidc-provider';
import type { CurrentSession, Exchange } from '../flows/ports/interactions.ts';
import { findAccount } from './account.ts';
import { isPastItsAge } from './checks/login.ts';
import { owesSecondFactor } from './checks/re-register.ts';
import type { OidcDependencies } from './dependencies.ts';
import { contextOf } from './held-interaction.ts';
import { acrOf, meets } from './requested-acr.ts';

/**
 * The provider's session of this browser, for our own pages (DESIGN rule 8). Undefined wherever an authorization request of theirs
 * would ask for something: no session, too old, account suspended or gone, less than the account's policy requires, a second
 * factor owed. Never more than that request asks, so whoever comes back from it is let in and not sent in a circle. (That other
 * organizations' accounts are admitted is said of our own clients: `own-clients`.)
 */
export async function currentSession(
  deps: Pick<OidcDependencies, 'accounts' | 'closed' | 'now'>,
  provider: Provider,
  at: Exchange,
): Promise<CurrentSession | undefined> {
  const session = await provider.Session.get(contextOf(provider, at));
  if (!session.accountId) return undefined;
  const account = await findAccount(deps.accounts, session.accountId);
  if (!account) return undefined;
  const { record } = account;
  if (isPastItsAge(record.policy, session, deps.now()) || owesSecondFactor(record, deps)) return undefined;
  if (!meets(acrOf(session), record.policy.minimumAcr)) return undefined;
  return {
    uid: session.uid,
    accountId: session.accountId,
    acr: acrOf(session),
    amr: session.amr ?? [],
    at: (session.loginTs ?? 0) * 1000,
  };
}
