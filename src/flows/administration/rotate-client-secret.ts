import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { type ClientActRefusal, onClient } from './on-client.ts';
import { record, type Why } from './record.ts';

export interface SecretRotated {
  readonly outcome: 'rotated';
  /** 256 bits, shown this once. */
  readonly clientSecret: string;
}

/**
 * Gives an application a new secret. The old one ends with the commit: a secret that is renewed because somebody else may know it must not live on.
 * Sessions stay; tokens that were issued are of no use to whoever has the old secret only, since refreshing takes the new one.
 */
export function rotateClientSecret(
  ports: AdministrationPorts,
  id: string,
  why: Why = {},
  version?: number,
): Promise<SecretRotated | Refused<ClientActRefusal | 'no-secret'>> {
  return onClient(ports, id, version, async (tx, client): Promise<SecretRotated | Refused<'no-secret'>> => {
    if (!client.secretHash) return refused('no-secret');
    const clientSecret = ports.crypto.token();
    await tx.clients.change(id, { secretHash: ports.crypto.hashToken(clientSecret) });
    await record(ports, tx, {
      kind: 'client.secret-rotated',
      organizationId: client.organizationId,
      details: { client: id, name: client.name, ...why },
    });
    return { outcome: 'rotated', clientSecret };
  });
}
