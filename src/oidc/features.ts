import { type Configuration, errors } from 'oidc-provider';
import { findAccount } from './account.ts';
import { clientCertificate } from './client-certificate.ts';
import type { OidcDependencies } from './dependencies.ts';
import { deviceFlow } from './device-flow.ts';
import { isFapi, PROFILE } from './fapi.ts';
import type { PageCallbacks } from './pages.ts';
import { problemWithAcrClaim } from './requested-acr.ts';
import { resourceIndicators } from './resources.ts';

/**
 * What the provider offers (SPEC, row O). Never: implicit tokens, the
 * development pages.
 */
export function createFeatures(deps: OidcDependencies, pages: PageCallbacks): NonNullable<Configuration['features']> {
  const { logoutSource, postLogoutSuccessSource } = pages;
  const { clientCertHeader } = deps;
  return {
    devInteractions: { enabled: false },
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    userinfo: { enabled: true },
    revocation: {
      enabled: true,
      // RFC 7009 2.1: its own tokens only.
      allowedPolicy: async (_ctx, client, token) => {
        if (token.clientId === client.clientId) return true;
        throw new errors.InvalidRequest('the token was not issued to this client');
      },
    },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: resourceIndicators(deps),
    deviceFlow: deviceFlow(deps),
    rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
    introspection: {
      enabled: true,
      // RFC 7662 2.1: a public client learns of its own tokens only. An account that may not be used has none (A20).
      allowedPolicy: async (ctx, client, token) => {
        if (client.clientAuthMethod === 'none' && token.clientId !== client.clientId) return false;
        // Of an application that is suspended or gone: no token counts (and oidc-provider would answer 500).
        if (!token.clientId || !(await ctx.oidc.provider.Client.find(token.clientId))) return false;
        const accountId = 'accountId' in token ? token.accountId : undefined;
        return !accountId || (await findAccount(deps.accounts, accountId)) !== undefined;
      },
    },
    // RFC 9701, for clients that register an algorithm for it.
    jwtIntrospection: { enabled: true },
    // RFC 9449. A nonce is given and taken, and asked of nobody.
    dPoP: { enabled: true, nonceSecret: deps.dpopKey, requireNonce: () => false },
    // RFC 8705: by certificates that the client registered itself (its keys carry `x5c`).
    ...(clientCertHeader !== undefined && {
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        getCertificate: (ctx) => clientCertificate(ctx, clientCertHeader),
      },
    }),
    fapi: {
      enabled: true,
      profile: (_ctx, client) => (client && isFapi({ [PROFILE]: client[PROFILE] }) ? '2.0' : undefined),
    },
    claimsParameter: { enabled: true, assertClaimsParameter: async (_ctx, claims) => assertClaims(claims) },
  };
}

/** OIDC Core 5.5.1: members are null or objects; and what we read of `acr` ourselves. */
function assertClaims(claims: {
  readonly userinfo?: object | undefined;
  readonly id_token?: object | undefined;
}): void {
  for (const members of [claims.userinfo, claims.id_token]) {
    if (!Object.values(members ?? {}).every(isMember)) {
      throw new errors.InvalidRequest('members of the claims parameter must be null or objects');
    }
  }
  const problem = problemWithAcrClaim(claims);
  if (problem) throw new errors.InvalidRequest(problem);
}

function isMember(value: unknown): boolean {
  return value === null || (typeof value === 'object' && !Array.isArray(value));
}
