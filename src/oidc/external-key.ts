import { createPublicKey, type KeyObject } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { SigningKey } from '../flows/ports/provider.ts';

/** A key as oidc-provider takes it: the private JWK, or an object that has its keeper sign. */
export function providerKey(key: SigningKey): Record<string, unknown> | ExternalSigningKey {
  const { jwk, kid, alg, sign } = key;
  return sign ? new KeptElsewhere(key, sign) : { ...jwk, kid, alg, use: 'sig' };
}

class KeptElsewhere extends ExternalSigningKey {
  readonly #key: SigningKey;
  readonly #publicKey: KeyObject;
  readonly #sign: (data: Buffer) => Promise<Buffer>;

  constructor(key: SigningKey, sign: (data: Buffer) => Promise<Buffer>) {
    super();
    this.#key = key;
    this.#publicKey = createPublicKey({ key: { ...key.jwk }, format: 'jwk' });
    this.#sign = sign;
  }

  override get kid(): string {
    return this.#key.kid;
  }

  override get alg(): string {
    return this.#key.alg;
  }

  override keyObject(): KeyObject {
    return this.#publicKey;
  }

  override sign(data: Uint8Array): Promise<Buffer> {
    return this.#sign(Buffer.from(data));
  }
}
