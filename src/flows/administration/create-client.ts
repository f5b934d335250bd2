import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { readName } from './identity.ts';

/** The grants that an application may use: what the provider has switched on. */
export const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
export const DEFAULT_GRANTS = ['authorization_code', 'refresh_token'] as const;
export type Grant = (typeof GRANTS)[number];

export interface ClientRequest {
  readonly name: string;
  readonly organizationId: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly backchannelLogoutUri?: string;
  readonly grants: readonly Grant[];
  readonly public: boolean;
}

export interface ClientCreated {
  readonly outcome: 'created';
  readonly clientId: string;
  /** 256 bits, shown this once; undefined for a public client. */
  readonly clientSecret?: string;
}

export type ClientRefusal =
  | 'bad-name'
  | 'bad-redirect-uri'
  | 'bad-post-logout-redirect-uri'
  | 'bad-backchannel-logout-uri'
  | 'unknown-organization';

/**
 * Registers an application. Its addresses are https, or http on the loopback interface, compared exactly (RFC 9700, 2.1), so
 * without wildcards; no fragment. The secret is kept as SHA-256 only. oidc-provider takes it in the header or in the body
 * (`client_secret_basic` and `client_secret_post`) whichever of the two is registered.
 */
export async function createClient(
  ports: AdministrationPorts,
  request: ClientRequest,
): Promise<ClientCreated | Refused<ClientRefusal>> {
  const name = readName(request.name, 100);
  if (name === undefined) return refused('bad-name');
  const comesBack = request.grants.includes('authorization_code');
  if (request.redirectUris.length === 0 && comesBack) return refused('bad-redirect-uri');
  if (!request.redirectUris.every(isAddress)) return refused('bad-redirect-uri');
  if (!request.postLogoutRedirectUris.every(isAddress)) return refused('bad-post-logout-redirect-uri');
  const { backchannelLogoutUri } = request;
  if (backchannelLogoutUri !== undefined && !isAddress(backchannelLogoutUri)) {
    return refused('bad-backchannel-logout-uri');
  }

  const id = ports.crypto.uuid();
  const secret = request.public ? undefined : ports.crypto.token();
  return ports.store.transaction(async (tx) => {
    if (!(await tx.organizations.find(request.organizationId))) return refused('unknown-organization');
    await tx.clients.create({
      id,
      name,
      organizationId: request.organizationId,
      metadata: metadataOf(request),
      secretHash: secret === undefined ? null : ports.crypto.hashToken(secret),
      firstParty: false,
      admitsOthers: false,
    });
    await tx.audit.append({
      kind: 'client.created',
      organizationId: request.organizationId,
      actor: 'cli',
      details: { by: ports.by, client: id, name, redirect_uris: request.redirectUris, public: request.public },
    });
    return { outcome: 'created', clientId: id, ...(secret === undefined ? {} : { clientSecret: secret }) };
  });
}

/** Client metadata as OpenID Connect Dynamic Client Registration 1.0 names it. */
function metadataOf(request: ClientRequest): Record<string, unknown> {
  const { backchannelLogoutUri } = request;
  return {
    redirect_uris: [...new Set(request.redirectUris)],
    post_logout_redirect_uris: [...new Set(request.postLogoutRedirectUris)],
    grant_types: [...new Set(request.grants)],
    response_types: request.grants.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method: request.public ? 'none' : 'client_secret_basic',
    ...(backchannelLogoutUri === undefined
      ? {}
      : { backchannel_logout_uri: backchannelLogoutUri, backchannel_logout_session_required: true }),
  };
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  // The text itself is registered and compared, so nothing that a parser would change may be in it.
  if (!url || /[\s\\#*<>"'`]/.test(text) || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
}
