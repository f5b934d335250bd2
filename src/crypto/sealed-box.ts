import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveFrom, keyIdOf } from './master-keys.ts';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 1;
const HEADER = 1 + 8;
const NONCE = 12;
const TAG = 16;

export interface SealedBox {
  seal(plain: string, context: string): Buffer;
  open(sealed: Buffer, context: string): string;
}

/**
 * AES-256-GCM (NIST SP 800-38D, ASVS 11.3.2) with random nonces: `version | key id | nonce | tag | ciphertext`. Header and
 * context are authenticated, so a sealed text moved to another row does not open. The first master key seals, all open.
 * `open` throws on what was not sealed by us for this context; it never says which part was wrong.
 */
export function createSealedBox(masterKeys: readonly Buffer[]): SealedBox {
  const keys = masterKeys.map((masterKey) => {
    const key = deriveFrom(masterKey, 'seal');
    return { key, header: Buffer.concat([Buffer.of(VERSION), keyIdOf(key)]) };
  });
  const [first] = keys;
  if (!first) throw new Error('a sealed box needs a master key');

  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(ALGORITHM, first.key, nonce, { authTagLength: TAG });
      cipher.setAAD(Buffer.concat([first.header, Buffer.from(context)]));
      const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([first.header, nonce, cipher.getAuthTag(), ciphertext]);
    },

    open(sealed, context) {
      const header = sealed.subarray(0, HEADER);
      const found = keys.find((candidate) => candidate.header.equals(header));
      if (!found || sealed.length < HEADER + NONCE + TAG) throw new Error('sealed under no key that is known here');
      const nonce = sealed.subarray(HEADER, HEADER + NONCE);
      const decipher = createDecipheriv(ALGORITHM, found.key, nonce, { authTagLength: TAG });
      decipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
      decipher.setAuthTag(sealed.subarray(HEADER + NONCE, HEADER + NONCE + TAG));
      try {
        return decipher.update(sealed.subarray(HEADER + NONCE + TAG), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new Error('altered, or sealed for another context');
      }
    },
  };
}
