import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type { Crypto } from '../flows/ports.ts';
import { deriveFrom, type KeyLabel } from './master-keys.ts';
import { equal, hashCode, hashToken, randomDigits, randomToken } from './one-time-secrets.ts';
import { createSealedBox } from './sealed-box.ts';

/** The `Crypto` port, and keys of their own for other adapters. */
export interface CryptoKit extends Crypto {
  /** 32 bytes for one use (e.g. `csrf`, `audit`) under the first master key. The same label gives the same key. */
  deriveKey(label: KeyLabel): Buffer;
  /** The same under every master key, first one first: the first makes, all of them verify. */
  deriveKeys(label: KeyLabel): readonly Buffer[];
}

/**
 * Everything random, hashed, sealed or derived. `masterKeys`: 32 bytes each, the first one makes, all of them open.
 *
 * Short codes are hashed under the first master key only: when it changes, codes on their way (ten minutes) are worth
 * nothing and a new one is asked for. Ids are UUIDs of version 7: random beyond their time, and kind to indexes.
 */
export function createCrypto(masterKeys: readonly Buffer[]): CryptoKit {
  const [first] = masterKeys;
  if (!first) throw new Error('there is no master key');
  const codeKey = deriveFrom(first, 'code');
  return {
    uuid: () => randomUUIDv7(),
    token: randomToken,
    digits: randomDigits,
    randomBytes: (count) => randomBytes(count),
    hashToken,
    hashCode: (purpose, subjectId, code) => hashCode(codeKey, purpose, subjectId, code),
    equal,
    ...createSealedBox(masterKeys),
    deriveKey: (label) => deriveFrom(first, label),
    deriveKeys: (label) => masterKeys.map((masterKey) => deriveFrom(masterKey, label)),
  };
}
