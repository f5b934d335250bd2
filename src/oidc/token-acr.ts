import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { acrOf, acrToTell, requestedAcr } from './requested-acr.ts';
import { leastOfApis } from './resources.ts';

/**
 * The acr of every token is read once, by oidc-provider's `ctx.oidc.acr`, when the authorization code is made; the code hands it
 * to the ID token, to the refresh token and so to each later ID token. So this one getter is what tells the strongest class asked for
 * that the session reaches, else the session's own (CONTRACT, "Tokens"). Interactions keep the session's own class.
 */
export function tellRequestedAcr(provider: Provider): void {
  Object.defineProperty(provider.OIDCContext.prototype, 'acr', {
    configurable: true,
    get(this: KoaContextWithOIDC['oidc']) {
      return acrToTell(acrOf(this.session), requestedAcr(this.params ?? {}), leastOfApis(this));
    },
  });
}

/**
 * RFC 9068 2.2.1, RFC 9470 6: acr and auth_time of the authentication behind an access token, in JWT access tokens and in
 * introspection. Nothing for a client that acts for itself.
 */
export function assuranceClaims(ctx: KoaContextWithOIDC | undefined): Record<string, unknown> | undefined {
  const { AuthorizationCode, RefreshToken, DeviceCode } = ctx?.oidc?.entities ?? {};
  const source = AuthorizationCode ?? RefreshToken ?? DeviceCode;
  if (!source?.acr) return undefined;
  return { acr: source.acr, amr: source.amr, auth_time: source.authTime };
}
