import { type Configuration, errors, type KoaContextWithOIDC, type Client as ProviderClient } from 'oidc-provider';
import { type Acr, isAcr } from '../domain/assurance.ts';
import type { Api } from '../flows/ports/apis.ts';
import { ownMetadataOf } from './client-metadata.ts';
import type { OidcDependencies } from './dependencies.ts';
import { LONGEST_JWT } from './lifetimes.ts';
import { meets, strongestOf } from './requested-acr.ts';

type Indicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;
type Oidc = KoaContextWithOIDC['oidc'];

/** The least class of the APIs that a request names, as far as they were looked up. */
const least = new WeakMap<Oidc, Acr>();

/**
 * RFC 8707: access tokens for the APIs of the registry, each with its own audience, scopes and form (RFC 9068 or opaque). An API that is not
 * there, is another organization's, or is not for this application is `invalid_target` all the same. Without `resource` the token is for userinfo.
 */
export function resourceIndicators({ apis }: Pick<OidcDependencies, 'apis'>): Indicators {
  return {
    enabled: true,
    getResourceServerInfo: async (ctx, identifier, client) => {
      const api = await apis.find(identifier);
      if (!api || !isFor(api, client)) throw new errors.InvalidTarget('there is no such API for this client');
      const { scopes, tokenFormat, minimumAcr } = api;
      if (minimumAcr) remember(ctx.oidc, minimumAcr);
      if (minimumAcr && !reaches(ctx, minimumAcr))
        throw new errors.InvalidTarget(`this API takes a sign-in of class ${minimumAcr} (acr_values)`);
      return {
        scope: scopes.join(' '),
        audience: identifier,
        accessTokenFormat: tokenFormat,
        ...(tokenFormat === 'jwt' && { accessTokenTTL: LONGEST_JWT, jwt: { sign: { alg: 'RS256' } } }),
      };
    },
  };
}

/** The class that the named APIs cannot do without; undefined: they take any. */
export const leastOfApis = (oidc: Oidc): Acr | undefined => least.get(oidc);

function remember(oidc: Oidc, acr: Acr): void {
  const needed = strongestOf(least.get(oidc), acr);
  if (needed) least.set(oidc, needed);
}

function isFor({ organizationId, applications }: Api, client: ProviderClient): boolean {
  if (ownMetadataOf(client).organizationId !== organizationId) return false;
  return applications.length === 0 || applications.includes(client.clientId);
}

/** At the token endpoint the sign-in is over: what it was not good enough for, it does not become (RFC 9470). Elsewhere it can still be asked for. */
function reaches({ oidc }: KoaContextWithOIDC, needed: Acr): boolean {
  const { AuthorizationCode, RefreshToken, DeviceCode } = oidc.entities;
  const source = AuthorizationCode ?? RefreshToken ?? DeviceCode;
  if (oidc.route !== 'token' || !source) return true;
  return meets(isAcr(source.acr) ? source.acr : 'urn:regain:acr:1', needed);
}

/** Between an API's identifier and one of its scopes, where both stand in one list with scopes of OpenID Connect: neither has spaces. */
const BETWEEN = ' ';

export const apiScope = (identifier: string, scope: string): string => `${identifier}${BETWEEN}${scope}`;

/** Identifier and scope again; undefined for a scope of OpenID Connect. */
export function readApiScope(written: string): readonly [identifier: string, scope: string] | undefined {
  const [identifier = '', scope] = written.split(BETWEEN);
  return scope === undefined ? undefined : [identifier, scope];
}
