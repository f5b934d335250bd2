import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { type ClientKind, type ClientSettings, metadataOf } from './client-settings.ts';
import { inOrganization } from './on-account.ts';
import { readClient, type WrongClient } from './read-client.ts';
import { record } from './record.ts';

export interface ClientRequest extends ClientSettings {
  readonly organizationId: string;
  readonly kind: ClientKind;
}

export interface ClientCreated {
  readonly outcome: 'created';
  readonly clientId: string;
  /** 256 bits, shown this once; undefined for one without. */
  readonly clientSecret?: string;
}

const METHODS: Readonly<Record<ClientKind, string>> = {
  public: 'none',
  secret: 'client_secret_basic',
  key: 'private_key_jwt',
};

/**
 * Registers an application. Its addresses are https, or http on the loopback interface, compared exactly (RFC 9700, 2.1). The secret is kept as
 * SHA-256 only. oidc-provider takes it in the header or in the body (`client_secret_basic` and `client_secret_post`) whichever of the two is
 * registered. Only an admin of the organization may.
 */
export async function createClient(
  ports: AdministrationPorts,
  request: ClientRequest,
): Promise<ClientCreated | WrongClient | Refused<'unknown-organization' | 'not-allowed'>> {
  const { organizationId } = request;
  const { kind } = request;
  const settings = readClient(request, kind);
  if ('outcome' in settings) return settings;

  const id = ports.crypto.uuid();
  const secret = kind === 'secret' ? ports.crypto.token() : undefined;
  return inOrganization(ports, organizationId, 'change-clients', async (tx) => {
    if (!(await tx.organizations.find(organizationId))) return refused('unknown-organization');
    const { name, redirectUris, firstParty = false, admitsOthers = false } = settings;
    await tx.clients.create({
      id,
      name,
      organizationId,
      metadata: {
        ...metadataOf(settings, {}),
        token_endpoint_auth_method: METHODS[kind],
      },
      secretHash: secret === undefined ? null : ports.crypto.hashToken(secret),
      firstParty,
      admitsOthers,
    });
    await record(ports, tx, {
      kind: 'client.created',
      organizationId,
      details: {
        client: id,
        name,
        redirect_uris: redirectUris,
        public: kind === 'public',
        first_party: firstParty,
        admits_others: admitsOthers,
      },
    });
    return { outcome: 'created', clientId: id, ...(secret !== undefined && { clientSecret: secret }) };
  });
}
