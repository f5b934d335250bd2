import type { Configuration } from 'oidc-provider';
import { ACR } from '../domain/assurance.ts';
import { LOCALES } from '../domain/message.ts';
import { SIGNING_ALGORITHMS } from '../domain/signing-key.ts';
import type { SigningKey } from '../flows/ports/provider.ts';
import { CLAIMS, findAccount } from './account.ts';
import { createAdapter } from './adapter.ts';
import { checkOwnMetadata, OWN_METADATA, ownMetadataOf } from './client-metadata.ts';
import { cookieNames, cookieSettings, holding } from './cookies.ts';
import type { OidcDependencies } from './dependencies.ts';
import { providerKey } from './external-key.ts';
import { createFeatures } from './features.ts';
import { grantLoader } from './grants.ts';
import { createInteractionPolicy } from './interaction-policy.ts';
import { lifetimes } from './lifetimes.ts';
import { fetchForProvider } from './outgoing.ts';
import { pageCallbacks } from './pages.ts';
import { MANAGE, READ } from './signals/receiver.ts';
import { assuranceClaims } from './token-acr.ts';

/** There is no `create`: nobody registers by themselves yet (Initiating User Registration via OpenID Connect 1.0, 4.1: `invalid_request`). */
const PROMPTS = ['none', 'login', 'consent', 'select_account'];

/**
 * oidc-provider's configuration. What stands here differs from its defaults, or is meant to stay when they change.
 */
export function createConfiguration(deps: OidcDependencies, keys: readonly SigningKey[]): Configuration {
  const pages = pageCallbacks(deps.pages, deps.clients);
  return {
    adapter: createAdapter(deps.records, deps.clients),
    jwks: { keys: keys.map(providerKey) },

    responseTypes: ['code', 'none'],
    // The last two are for tokens of an application's own: nobody's consent gives them (`receiverOf`).
    scopes: ['openid', 'offline_access', READ, MANAGE],
    claims: { ...CLAIMS },
    // OIDC Core 5.4: the person's data come from userinfo. acr, amr and auth_time belong to scope openid, so ID tokens carry them.
    conformIdTokenClaims: true,
    acrValues: ACR,
    discovery: {
      ui_locales_supported: [...LOCALES],
      claims_parameter_supported: true,
      prompt_values_supported: PROMPTS,
    },

    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      ...(deps.clientCertHeader === undefined ? [] : (['self_signed_tls_client_auth'] as const)),
      'none',
    ],
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      idTokenSigningAlgValues: [...SIGNING_ALGORITHMS],
      userinfoSigningAlgValues: [...SIGNING_ALGORITHMS],
      introspectionSigningAlgValues: [...SIGNING_ALGORITHMS],
      authorizationSigningAlgValues: [...SIGNING_ALGORITHMS],
    },
    clientDefaults: { id_token_signed_response_alg: 'RS256' },
    extraClientMetadata: {
      properties: Object.values(OWN_METADATA),
      validator: (_ctx, key, value, metadata) => checkOwnMetadata(key, value, metadata),
    },
    // RFC 9700 2.1.1: for everybody; a confidential client may be exempted (STANDARDS X-14).
    pkce: { required: (_ctx, client) => ownMetadataOf(client).requirePkce },
    // OIDC Core 3.1.2.1: REQUIRED.
    allowOmittingSingleRegisteredRedirectUri: false,
    enableHttpPostMethods: false,
    // Browser applications: from the origins they are sent back to. These endpoints read no cookie.
    clientBasedCORS: (_ctx, origin, client) =>
      client.redirectUris?.some((uri) => URL.parse(uri)?.origin === origin) ?? false,
    clockTolerance: 10,

    ttl: lifetimes,
    // RFC 9700 4.14.2; not for tokens bound to a key, nor for clients of FAPI 2.0, where rotation only loses sessions (FAPI 2.0, 5.3.2.1).
    rotateRefreshToken: ({ oidc }) => !oidc.isFapi('2.0') && !oidc.entities.RefreshToken?.isSenderConstrained(),
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    extraTokenClaims: (ctx) => assuranceClaims(ctx),

    cookies: cookieSettings(deps.issuerUrl, deps.cookieKeys),
    findAccount: (_ctx, sub) => findAccount(deps.accounts, sub),
    loadExistingGrant: grantLoader(deps),
    interactions: {
      policy: createInteractionPolicy(deps),
      url: (ctx, interaction) => {
        const { held } = cookieNames(deps.issuerUrl);
        const uids = holding(interaction.uid, ctx.cookies.get(held, { signed: true }));
        const { short } = cookieSettings(deps.issuerUrl, deps.cookieKeys);
        ctx.cookies.set(held, uids, { ...short, path: '/', overwrite: true });
        return `${deps.issuerUrl}/sign-in/${interaction.uid}`;
      },
    },
    features: createFeatures(deps, pages),
    renderError: pages.renderError,
    fetch: (input, init) => fetchForProvider(input instanceof Request ? input.url : input, init ?? {}),
  };
}
