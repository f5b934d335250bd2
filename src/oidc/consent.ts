import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';

/** What a consent page is about: scopes and claims that this grant does not hold yet. */
export interface Asked {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
}

export function askedOf({ prompt }: Interaction): Asked {
  return { scopes: texts(prompt.details['missingOIDCScope']), claims: texts(prompt.details['missingOIDCClaims']) };
}

/**
 * Grants what is asked, extending the grant that the session has with this client (one grant per browser). Returns its id, or undefined
 * when nobody is signed in to grant anything.
 */
export async function grantAsked(provider: Provider, interaction: Interaction): Promise<string | undefined> {
  const { session, params, grantId } = interaction;
  const clientId = params['client_id'];
  if (!session?.accountId || typeof clientId !== 'string') return undefined;
  const kept = grantId ? await provider.Grant.find(grantId) : undefined;
  const mine = kept?.accountId === session.accountId && kept.clientId === clientId ? kept : undefined;
  const grant = mine ?? new provider.Grant({ accountId: session.accountId, clientId });
  const { scopes, claims } = askedOf(interaction);
  if (scopes.length > 0) grant.addOIDCScope([...scopes]);
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  return grant.save();
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
