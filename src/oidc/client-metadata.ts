import { type AdapterPayload, errors, type Client as ProviderClient } from 'oidc-provider';
import { type Acr, isAcr } from '../domain/assurance.ts';
import type { Client } from '../flows/ports/provider.ts';
import { checkProfile, fapiMetadata, PROFILE } from './fapi.ts';
import { hashedSecret } from './secrets.ts';

/** Client metadata of our own. The first two and the profile may stand in `Client.metadata`; the others come from the row. */
export const OWN_METADATA = {
  /** `false` waives PKCE for a confidential client. */
  requirePkce: 'require_pkce',
  /** No session below this class is enough. */
  minimumAcr: 'urn:regain:minimum_acr',
  organization: 'urn:regain:organization',
  firstParty: 'urn:regain:first_party',
  admitsOthers: 'urn:regain:admits_others',
  profile: PROFILE,
} as const;

/** A client as oidc-provider reads it. What the row says goes before what its metadata says. */
export function clientMetadata(client: Client): AdapterPayload {
  const { client_secret: _never, ...metadata } = client.metadata;
  return {
    ...metadata,
    ...fapiMetadata(metadata),
    client_id: client.id,
    client_name: client.name,
    ...(client.secretHash
      ? { client_secret: hashedSecret(client.secretHash) }
      : { token_endpoint_auth_method: authWithout(metadata) }),
    [OWN_METADATA.organization]: client.organizationId,
    [OWN_METADATA.firstParty]: client.firstParty,
    [OWN_METADATA.admitsOthers]: client.admitsOthers,
  };
}

function authWithout(
  metadata: Readonly<Record<string, unknown>>,
): 'none' | 'private_key_jwt' | 'self_signed_tls_client_auth' {
  const method = metadata['token_endpoint_auth_method'];
  return method === 'private_key_jwt' || method === 'self_signed_tls_client_auth' ? method : 'none';
}

/** What our metadata says of a client that oidc-provider has read. */
export function ownMetadataOf(client: ProviderClient): {
  requirePkce: boolean;
  minimumAcr: Acr | undefined;
  organizationId: string;
  firstParty: boolean;
  admitsOthers: boolean;
} {
  const minimum = client[OWN_METADATA.minimumAcr];
  const organizationId = client[OWN_METADATA.organization];
  return {
    requirePkce: client[OWN_METADATA.requirePkce] !== false || client.clientAuthMethod === 'none',
    minimumAcr: isAcr(minimum) ? minimum : undefined,
    organizationId: typeof organizationId === 'string' ? organizationId : '',
    firstParty: client[OWN_METADATA.firstParty] === true,
    admitsOthers: client[OWN_METADATA.admitsOthers] === true,
  };
}

/** Refuses metadata that we do not understand rather than ignoring it (fail closed). */
export function checkOwnMetadata(key: string, value: unknown, metadata: Readonly<Record<string, unknown>>): void {
  if (key === OWN_METADATA.requirePkce && value !== undefined && typeof value !== 'boolean') {
    throw new errors.InvalidClientMetadata(`${key} must be a boolean`);
  }
  if (key === OWN_METADATA.requirePkce && value === false && metadata['token_endpoint_auth_method'] === 'none') {
    throw new errors.InvalidClientMetadata('a public client cannot do without PKCE');
  }
  if (key === OWN_METADATA.minimumAcr && value !== undefined && !isAcr(value)) {
    throw new errors.InvalidClientMetadata(`${key} is not a class of authentication`);
  }
  if (key === OWN_METADATA.profile) checkProfile(metadata);
  const types = metadata['response_types'];
  if (key === OWN_METADATA.firstParty && value !== true && Array.isArray(types) && types.includes('none')) {
    throw new errors.InvalidClientMetadata('response type none is for first-party clients');
  }
}
