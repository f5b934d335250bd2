import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import { type Asked, extended, type GrantDependencies, savedWhile } from './grants.ts';
import { isOwnClient } from './own-clients.ts';
import { apiScope } from './resources.ts';

/** What a consent page is about: what this grant does not hold yet, or with `prompt=consent` everything that is requested. */
export function askedOf({ prompt: { details, reasons } }: Interaction): Asked {
  const scopes = [...texts(details['missingOIDCScope']), ...ofApis(details['missingResourceScopes'])];
  const missing = { scopes, claims: texts(details['missingOIDCClaims']) };
  if (!reasons.includes('consent_prompt') && missing.scopes.length + missing.claims.length > 0) return missing;
  return { scopes: texts(details['requested_scopes']), claims: texts(details['requested_claims']) };
}

/**
 * Grants what is asked, extending the grant that the session has with this client (one grant per browser), and remembers the consent
 * for later sessions. Returns the grant's id, or undefined when nobody is signed in to grant anything, or who is has removed the
 * application's access at the same moment.
 */
export async function grantAsked(
  deps: GrantDependencies,
  provider: Provider,
  interaction: Interaction,
): Promise<string | undefined> {
  const { session, params, grantId } = interaction;
  const clientId = params['client_id'];
  if (!session?.accountId || typeof clientId !== 'string') return undefined;
  const { accountId } = session;
  const kept = grantId ? await provider.Grant.find(grantId) : undefined;
  const mine = kept?.accountId === accountId && kept.clientId === clientId ? kept : undefined;
  const asked = askedOf(interaction);
  const grant = extended(mine ?? new provider.Grant({ accountId, clientId }), asked);
  if (isOwnClient(clientId)) return grant.save();
  const since = await deps.applications.remember(accountId, clientId, { ...asked, consented: true }, deps.now());
  return (await savedWhile(deps, grant, { accountId, clientId }, since))?.jti;
}

/** As oidc-provider lists them: by the API's identifier. */
function ofApis(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([identifier, scopes]) =>
    texts(scopes).map((scope) => apiScope(identifier, scope)),
  );
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
