import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 random bits in base64url (43 characters). */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** So many random decimal digits, each as likely as any other; zeros in front are kept (NIST RNG-01). */
export function randomDigits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

/** SHA-256: enough for a token that is itself random beyond 112 bits (NIST LUS-04), nothing for a short code. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * HMAC-SHA-256 of a short code, bound to what and whom it is for. Each part carries its length, so that no two different
 * triples are the same bytes.
 */
export function hashCode(key: Buffer, purpose: string, subjectId: string, code: string): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of [purpose, subjectId, code].map((text) => Buffer.from(text))) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    mac.update(length).update(part);
  }
  return mac.digest();
}

/** Compares in a time that depends on the lengths only. */
export function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
