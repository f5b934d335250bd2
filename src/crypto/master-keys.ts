import { createHash, hkdfSync } from 'node:crypto';

/** What a derived key is for. One label, one use: a key for one purpose is nothing for another. */
export type KeyLabel = 'seal' | 'code' | (string & {});

/**
 * 32 bytes for one use, derived from a master key by HKDF-SHA-256 (RFC 5869). The master keys are random and 32 bytes
 * long, so no salt is needed.
 */
export function deriveFrom(masterKey: Buffer, label: KeyLabel): Buffer {
  if (masterKey.length !== 32) throw new Error('a master key has 32 bytes');
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `regain/${label}/1`, 32));
}

/** Eight bytes that tell which key was used, and nothing about the key itself. */
export function keyIdOf(key: Buffer): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, 8);
}
