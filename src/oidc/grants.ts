import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { ownMetadataOf } from './client-metadata.ts';

/**
 * What the person has granted to this client in this browser. First-party clients are granted what they ask for, without a page
 * (DESIGN rule 8); for the others it is the consent given in this interaction or remembered in the session. A grant of another
 * account or client is none: oidc-provider would answer 500.
 */
export async function loadExistingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, account, session, result, provider } = ctx.oidc;
  if (!client || !account) return undefined;
  const id = result?.consent?.grantId ?? session?.grantIdFor(client.clientId);
  const kept = id ? await provider.Grant.find(id) : undefined;
  const grant = kept?.accountId === account.accountId && kept.clientId === client.clientId ? kept : undefined;
  return ownMetadataOf(client).firstParty ? firstPartyGrant(ctx, grant) : grant;
}

async function firstPartyGrant(ctx: KoaContextWithOIDC, kept: Grant | undefined): Promise<Grant> {
  const { provider, client, account } = ctx.oidc;
  const scopes = [...new Set(['openid', ...ctx.oidc.requestParamOIDCScopes])];
  const claims = [...ctx.oidc.requestParamClaims];
  const has = new Set(kept?.getOIDCScope().split(' '));
  const hasClaims = new Set(kept?.getOIDCClaims());
  if (kept && scopes.every((scope) => has.has(scope)) && claims.every((claim) => hasClaims.has(claim))) return kept;

  const grant = kept ?? new provider.Grant({ accountId: account?.accountId, clientId: client?.clientId });
  grant.addOIDCScope(scopes);
  if (claims.length > 0) grant.addOIDCClaims(claims);
  await grant.save();
  return grant;
}
