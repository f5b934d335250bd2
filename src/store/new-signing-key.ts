import { createHash, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from '../domain/signing-key.ts';
import type { ExternalSigner } from '../flows/ports/provider.ts';

const RSA_BITS = 2048;

export interface NewSigningKey {
  readonly kid: string;
  /** Private, or public when `reference` names the private one. */
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly reference: string | null;
}

const generate = promisify(generateKeyPair);

/** A new key for this algorithm, made here or, when there is one, by the external signer. Its id is its thumbprint (RFC 7638). */
export async function newSigningKey(alg: SigningAlgorithm, signer: ExternalSigner | undefined): Promise<NewSigningKey> {
  const made = await signer?.create(alg);
  const jwk = made ? publicOf(made.publicJwk) : await newJwk(alg);
  const kid = thumbprint(jwk);
  return { kid, jwk: { ...jwk, kid, alg, use: 'sig' }, reference: made?.reference ?? null };
}

async function newJwk(alg: SigningAlgorithm): Promise<JsonWebKey> {
  const { privateKey } =
    alg === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? await generate('ed25519')
        : await generate('rsa', { modulusLength: RSA_BITS });
  return privateKey.export({ format: 'jwk' });
}

/** What a public key has, and nothing else, whatever came with it. */
function publicOf({ kty, crv, x, y, e, n }: JsonWebKey): JsonWebKey {
  return JSON.parse(JSON.stringify({ kty, crv, x, y, e, n }));
}

/** RFC 7638: the required public members in order, as SHA-256; for OKP RFC 8037 2. */
function thumbprint({ kty, crv, x, y, e, n }: JsonWebKey): string {
  const members = kty === 'EC' ? { crv, kty, x, y } : kty === 'OKP' ? { crv, kty, x } : { e, kty, n };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
