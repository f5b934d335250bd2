import { errors } from 'oidc-provider';

/** In a client's metadata: it keeps to the FAPI 2.0 Security Profile, and is kept to it. */
export const PROFILE = 'urn:regain:profile';
export const FAPI = 'fapi2';

type Metadata = Readonly<Record<string, unknown>>;

const BY_CERTIFICATE = 'self_signed_tls_client_auth';
const METHODS: readonly unknown[] = ['private_key_jwt', BY_CERTIFICATE];
const BY_KEY_TYPE: Readonly<Record<string, string>> = { EC: 'ES256', RSA: 'PS256', OKP: 'EdDSA' };

export const isFapi = (metadata: Metadata): boolean => metadata[PROFILE] === FAPI;

/**
 * FAPI 2.0 Security Profile, 5.3.2: what a client of that profile is set to, whatever else stands in its row: pushed requests only, tokens bound to
 * a key or certificate of its own, no RS256. PKCE, `iss`, short codes and one-time requests are everybody's; bound refresh tokens are not rotated.
 */
export function fapiMetadata(metadata: Metadata): Record<string, unknown> {
  if (!isFapi(metadata)) return {};
  const signing = BY_KEY_TYPE[keyTypeOf(metadata) ?? ''];
  return {
    require_pushed_authorization_requests: true,
    ...(metadata['token_endpoint_auth_method'] === BY_CERTIFICATE
      ? { tls_client_certificate_bound_access_tokens: true }
      : { dpop_bound_access_tokens: true, ...(signing !== undefined && { token_endpoint_auth_signing_alg: signing }) }),
    id_token_signed_response_alg: 'ES256',
  };
}

/** Refuses what cannot keep to the profile (5.3.2.1: confidential clients, by `private_key_jwt` or mTLS). */
export function checkProfile(metadata: Metadata): void {
  const profile = metadata[PROFILE];
  if (profile === undefined) return;
  if (profile !== FAPI) throw new errors.InvalidClientMetadata(`${PROFILE} is not a profile`);
  if (!METHODS.includes(metadata['token_endpoint_auth_method']))
    throw new errors.InvalidClientMetadata('FAPI 2.0 takes private_key_jwt or mTLS');
}

/** Of the first of its keys. */
function keyTypeOf({ jwks }: Metadata): string | undefined {
  const keys: unknown = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined;
  const first: unknown = Array.isArray(keys) ? keys[0] : undefined;
  return typeof first === 'object' && first !== null && 'kty' in first && typeof first.kty === 'string'
    ? first.kty
    : undefined;
}
