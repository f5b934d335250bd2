import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { ownMetadataOf } from './client-metadata.ts';
import type { OidcDependencies } from './dependencies.ts';
import { isOwnClient } from './own-clients.ts';
import { apiScope, readApiScope } from './resources.ts';

export type GrantDependencies = Pick<OidcDependencies, 'applications' | 'now'>;

/** Scopes and claims of an authorization request, or what is lacking of them. A scope of an API stands behind its identifier (`apiScope`). */
export interface Asked {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
}

/** Whom a grant is about. */
interface Parties {
  readonly accountId: string;
  readonly clientId: string;
}

/**
 * What the person has granted to this client in this browser: the consent given in this interaction, the session's grant, and what
 * of the request was consented to in earlier sessions (SPEC S4: one grant per browser, consent is remembered apart from it). What was
 * not consented to is left to the consent page. First-party clients are granted what they ask for, without a page (DESIGN rule 8).
 * A grant of another account or client is none: oidc-provider would answer 500.
 */
export function grantLoader(deps: GrantDependencies): (ctx: KoaContextWithOIDC) => Promise<Grant | undefined> {
  return async (ctx) => {
    const { client, account, session, result, provider } = ctx.oidc;
    if (!client || !account) return undefined;
    const { accountId } = account;
    const { clientId } = client;
    const id = result?.consent?.grantId ?? session?.grantIdFor(clientId);
    const found = id ? await provider.Grant.find(id) : undefined;
    const kept = found?.accountId === accountId && found.clientId === clientId ? found : undefined;
    const missing = missingOf(ctx, kept);
    if (kept && missing.scopes.length === 0 && missing.claims.length === 0) return kept;

    const parties = { accountId, clientId };
    if (ownMetadataOf(client).firstParty) return firstPartyGrant(deps, ctx, parties, kept);
    // It is to be asked anyway, for everything; or it could be somebody else who asks.
    if (ctx.oidc.promptPending('consent') || canBeAnyone(ctx)) return kept;
    return rememberedGrant(deps, ctx, parties, kept);
  };
}

/** A new grant, or `kept` with more. Undefined when the application was removed meanwhile: nothing that was granted holds then. */
async function rememberedGrant(
  deps: GrantDependencies,
  ctx: KoaContextWithOIDC,
  parties: Parties,
  kept: Grant | undefined,
): Promise<Grant | undefined> {
  const access = await deps.applications.remembered(parties.accountId, parties.clientId);
  if (!access?.consented) return kept;
  const missing = missingOf(ctx, kept);
  const scopes = missing.scopes.filter((scope) => access.scopes.includes(scope));
  const claims = missing.claims.filter((claim) => access.claims.includes(claim));
  if (scopes.length + claims.length === 0) return kept;
  const grant = extended(kept ?? new ctx.oidc.provider.Grant(parties), { scopes, claims });
  return savedWhile(deps, grant, parties, access.since);
}

async function firstPartyGrant(
  deps: GrantDependencies,
  ctx: KoaContextWithOIDC,
  parties: Parties,
  kept: Grant | undefined,
): Promise<Grant> {
  const asked = missingOf(ctx, undefined);
  const more = { scopes: [...new Set(['openid', ...asked.scopes])], claims: asked.claims };
  const grant = extended(kept ?? new ctx.oidc.provider.Grant(parties), more);
  if (isOwnClient(parties.clientId)) {
    await grant.save();
    return grant;
  }
  const { accountId, clientId } = parties;
  const since = await deps.applications.remember(accountId, clientId, { ...more, consented: false }, deps.now());
  // Removed at the same moment: granted anew, as it would be by the next request.
  return (await savedWhile(deps, grant, parties, since)) ?? firstPartyGrant(deps, ctx, parties, undefined);
}

/**
 * Saves a grant as part of the access that there is since `since`. Undefined, and no grant, when that access was removed before the
 * grant was there to be ended with it.
 */
export async function savedWhile(
  { applications }: Pick<GrantDependencies, 'applications'>,
  grant: Grant,
  { accountId, clientId }: Parties,
  since: number,
): Promise<Grant | undefined> {
  await grant.save();
  if ((await applications.remembered(accountId, clientId))?.since === since) return grant;
  await grant.destroy();
  return undefined;
}

/**
 * A client without a secret whose answer does not go to an https address: any program on the person's machine could be it. It is not
 * let in on what was consented to some other day (ASVS 10.7.1; RFC 6749, 10.2; RFC 8252, 8.6).
 */
function canBeAnyone({ oidc }: KoaContextWithOIDC): boolean {
  const to = oidc.params?.['redirect_uri'];
  return oidc.client?.clientAuthMethod === 'none' && !(typeof to === 'string' && to.startsWith('https:'));
}

export function extended(grant: Grant, { scopes, claims }: Asked): Grant {
  const own = scopes.filter((scope) => !readApiScope(scope));
  if (own.length > 0) grant.addOIDCScope(own);
  for (const [identifier, scope] of scopes.flatMap((written) => [readApiScope(written) ?? []])) {
    if (identifier !== undefined && scope !== undefined) grant.addResourceScope(identifier, [scope]);
  }
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  return grant;
}

/** What the running request asks for and `grant` does not hold. */
export function missingOf({ oidc }: KoaContextWithOIDC, grant: Grant | undefined): Asked {
  const scopes = new Set(grant?.getOIDCScope().split(' '));
  const claims = new Set([...ALWAYS_TOLD, ...(grant?.getOIDCClaims() ?? [])]);
  return {
    scopes: [...[...oidc.requestParamOIDCScopes].filter((scope) => !scopes.has(scope)), ...missingForApis(oidc, grant)],
    claims: [...oidc.requestParamClaims].filter((claim) => !claims.has(claim)),
  };
}

function missingForApis(oidc: KoaContextWithOIDC['oidc'], grant: Grant | undefined): string[] {
  return Object.entries(oidc.resourceServers ?? {}).flatMap(([identifier, { scopes }]) => {
    const held = new Set(grant?.getResourceScope(identifier).split(' '));
    const asked = [...oidc.requestParamScopes].filter((scope) => scopes.has(scope) && !held.has(scope));
    return asked.map((scope) => apiScope(identifier, scope));
  });
}

/** Claims that oidc-provider tells without a grant: of the sign-in, not of the person. */
const ALWAYS_TOLD = ['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss'];
