import type Provider from 'oidc-provider';
import { isAcr } from '../domain/assurance.ts';
import type { Exchange, TellableClaims, Told } from '../flows/ports/interactions.ts';
import { CLAIMS, findAccount } from './account.ts';
import { OWN_METADATA } from './client-metadata.ts';
import { currentSession } from './current-session.ts';
import type { OidcDependencies } from './dependencies.ts';
import { isOwnClient } from './own-clients.ts';
import { meets, strongestOf } from './requested-acr.ts';
import { restartUrl } from './stored-request.ts';
import { testClientId, testRedirectUri } from './test-client.ts';

const SCOPES = ['profile', 'email', 'phone', 'recovery'] as const;

/** Starts a test sign-in to an application; `state` says on the way back that there was one. */
export function testUrl(issuerUrl: string, clientId: string): string {
  return restartUrl(issuerUrl, {
    client_id: testClientId(clientId),
    response_type: 'none',
    scope: 'openid',
    redirect_uri: testRedirectUri(issuerUrl, clientId),
    state: 'done',
  });
}

/** What an application would be told of the session of this browser, by the claims that it would be told with (`Interactions.told`). */
export async function told(
  deps: Pick<OidcDependencies, 'accounts' | 'clients' | 'closed' | 'issuerUrl' | 'now'>,
  provider: Provider,
  at: Exchange,
  clientId: string,
): Promise<Told | undefined> {
  const [client, session] = [await deps.clients.find(clientId), await currentSession(deps, provider, at)];
  const account = session && (await findAccount(deps.accounts, session.accountId));
  if (!client || isOwnClient(clientId) || client.suspended || !session || !account) return undefined;
  if (!client.admitsOthers && account.record.organizationId !== client.organizationId) return undefined;
  const own = client.metadata[OWN_METADATA.minimumAcr];
  const organization = await deps.accounts.policyFor(client.organizationId);
  const least = strongestOf(isAcr(own) ? own : undefined, organization?.policy.minimumAcr);
  if (!meets(session.acr, least)) return undefined;

  const known: Readonly<Record<string, unknown>> = await account.claims('userinfo', SCOPES.join(' '), {}, []);
  return {
    accountId: session.accountId,
    idToken: {
      iss: deps.issuerUrl,
      aud: clientId,
      sub: session.accountId,
      acr: session.acr,
      amr: session.amr,
      auth_time: Math.floor(session.at / 1000),
    },
    userinfo: SCOPES.map((scope) => ({ scope, claims: only(known, CLAIMS[scope]) })),
  };
}

function only(known: Readonly<Record<string, unknown>>, names: readonly string[]): TellableClaims {
  const claims: Record<string, string | number | boolean> = {};
  for (const name of names) {
    const value = known[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') claims[name] = value;
  }
  return claims;
}
