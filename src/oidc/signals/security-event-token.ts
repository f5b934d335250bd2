import { CompactSign, importJWK } from 'jose';
import type { Client as ProviderClient } from 'oidc-provider';
import type { SigningKey } from '../../flows/ports/provider.ts';
import type { SignalStream, WaitingSignal } from '../../flows/ports/signals.ts';

export interface SetParts {
  readonly issuerUrl: string;
  readonly keys: readonly SigningKey[];
  readonly client: ProviderClient;
  readonly stream: SignalStream;
  readonly now: number;
}

/**
 * A Security Event Token (RFC 8417; Shared Signals Framework 1.0, 4.1: `secevent+jwt`, `sub_id`, one event, neither `sub` nor `exp`), signed
 * when it is handed over and by the algorithm of the application's ID tokens: a rotation never outdates what waits.
 */
export async function securityEventToken(parts: SetParts, signal: WaitingSignal): Promise<string> {
  const { issuerUrl, keys, client, stream, now } = parts;
  const alg = client.idTokenSignedResponseAlg ?? 'RS256';
  const key = keys.find((one) => one.state === 'current' && one.alg === alg);
  if (!key) throw new Error(`no key signs by ${alg}`);
  const payload = {
    iss: issuerUrl,
    aud: client.clientId,
    iat: Math.floor(now / 1000),
    jti: signal.id,
    sub_id:
      signal.accountId === null
        ? { format: 'opaque', id: stream.id }
        : { format: 'iss_sub', iss: issuerUrl, sub: subjectFor(client, signal.accountId) },
    events: { [signal.event]: signal.claims },
  };
  return signed(key, payload);
}

/** How the application knows the account. Fails for a kind of subject that is not known here: a wrong one would link accounts. */
function subjectFor(client: ProviderClient, accountId: string): string {
  if (client.subjectType !== undefined && client.subjectType !== 'public') throw new Error('subjects are public only');
  return accountId;
}

async function signed({ jwk, kid, alg, sign }: SigningKey, payload: object): Promise<string> {
  const header = { alg, kid, typ: 'secevent+jwt' };
  const body = Buffer.from(JSON.stringify(payload));
  if (!sign) return new CompactSign(body).setProtectedHeader(header).sign(await importJWK({ ...jwk }, alg));
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${body.toString('base64url')}`;
  return `${input}.${(await sign(Buffer.from(input))).toString('base64url')}`;
}
