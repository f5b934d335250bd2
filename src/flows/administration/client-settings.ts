import { type Acr, isAcr } from '../../domain/assurance.ts';
import { readPublicKeys } from '../../domain/public-keys.ts';
import type { Client } from '../ports/provider.ts';

/** The grants that an application may use: what the provider has switched on. */
export const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials', 'device_code'] as const;
export const DEFAULT_GRANTS = ['authorization_code', 'refresh_token'] as const;
export type Grant = (typeof GRANTS)[number];

/** As OAuth calls them. */
const NAMES: Readonly<Record<Grant, string>> = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
};

/** What of an application can be set, and set anew. */
export interface ClientSettings {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Is told when a session ends. */
  readonly backchannelLogoutUri?: string | undefined;
  readonly grants: readonly Grant[];
  /** Of one with a secret: PKCE may be left out (RFC 9700, 2.1.1). */
  readonly withoutPkce?: boolean;
  /** No session below this class is enough. */
  readonly minimumAcr?: Acr | undefined;
  /** Of one with keys: its public keys as JSON, or the https address of them. */
  readonly keys?: string | undefined;
  /** Authorization requests are pushed (RFC 9126), and no others taken. */
  readonly requirePush?: boolean;
  /** Its tokens are bound to a key of its own (RFC 9449), and none given without. */
  readonly requireDpop?: boolean;
  /** Of one with keys: it keeps to the FAPI 2.0 Security Profile, which brings both. */
  readonly fapi?: boolean;
  /** Of the organization itself: people are not asked whether they agree. */
  readonly firstParty?: boolean;
  /** Accounts of other organizations may sign in to it. */
  readonly admitsOthers?: boolean;
}

/** How an application shows that it is itself, for good: by nothing, by a secret, or by a private key of its own (`private_key_jwt`). */
export type ClientKind = 'public' | 'secret' | 'key';

const ACR = 'urn:regain:minimum_acr';
const PKCE = 'require_pkce';
const METHOD = 'token_endpoint_auth_method';
const PUSH = 'require_pushed_authorization_requests';
const DPOP = 'dpop_bound_access_tokens';
const PROFILE = 'urn:regain:profile';

export function kindOf({ secretHash, metadata }: Pick<Client, 'secretHash' | 'metadata'>): ClientKind {
  if (secretHash) return 'secret';
  return metadata[METHOD] === 'private_key_jwt' ? 'key' : 'public';
}

/** An application's settings as they stand in its row. */
export function settingsOf({ name, metadata, firstParty, admitsOthers }: Client): ClientSettings {
  const backchannel = metadata['backchannel_logout_uri'];
  const acr = metadata[ACR];
  const grants = textsIn(metadata['grant_types']);
  return {
    name,
    redirectUris: textsIn(metadata['redirect_uris']),
    postLogoutRedirectUris: textsIn(metadata['post_logout_redirect_uris']),
    backchannelLogoutUri: typeof backchannel === 'string' ? backchannel : undefined,
    grants: GRANTS.filter((grant) => grants.includes(NAMES[grant])),
    withoutPkce: metadata[PKCE] === false,
    keys: keysIn(metadata),
    requirePush: metadata[PUSH] === true,
    requireDpop: metadata[DPOP] === true,
    fapi: metadata[PROFILE] === 'fapi2',
    minimumAcr: isAcr(acr) ? acr : undefined,
    firstParty,
    admitsOthers,
  };
}

/**
 * Client metadata as OpenID Connect Dynamic Client Registration 1.0 names it, in place of what stood there (`before`); what is no setting of
 * ours stays as it is.
 */
export function metadataOf(
  settings: ClientSettings,
  before: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { backchannelLogoutUri, grants, minimumAcr, withoutPkce } = settings;
  const {
    backchannel_logout_uri: _told,
    backchannel_logout_session_required: session = true,
    [ACR]: _acr,
    [PKCE]: _pkce,
    [PUSH]: _push,
    [DPOP]: _dpop,
    [PROFILE]: _profile,
    jwks: _jwks,
    jwks_uri: _uri,
    ...others
  } = before;
  // `none` is for first-party applications alone.
  const types = settings.firstParty ? textsIn(before['response_types']).filter((type) => type !== 'code') : [];
  return {
    ...others,
    redirect_uris: [...settings.redirectUris],
    post_logout_redirect_uris: [...settings.postLogoutRedirectUris],
    grant_types: grants.map((grant) => NAMES[grant]),
    response_types: grants.includes('authorization_code') ? ['code', ...types] : types,
    ...(backchannelLogoutUri !== undefined && {
      backchannel_logout_uri: backchannelLogoutUri,
      backchannel_logout_session_required: session,
    }),
    ...(minimumAcr !== undefined && { [ACR]: minimumAcr }),
    ...(withoutPkce && { [PKCE]: false }),
    ...(settings.requirePush && { [PUSH]: true }),
    ...(settings.requireDpop && { [DPOP]: true }),
    ...(settings.fapi && { [PROFILE]: 'fapi2' }),
    ...keysOf(settings),
  };
}

function keysIn({ jwks, jwks_uri: uri }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof uri === 'string') return uri;
  return jwks === undefined ? undefined : JSON.stringify(jwks);
}

function keysOf({ keys }: ClientSettings): Record<string, unknown> {
  const read = keys === undefined ? undefined : readPublicKeys(keys);
  if (!read || 'fault' in read) return {};
  return 'jwks' in read ? { jwks: read.jwks } : { jwks_uri: read.jwksUri };
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
