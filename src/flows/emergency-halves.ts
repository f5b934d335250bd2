import type { Crypto } from './ports.ts';

type Hashing = Pick<Crypto, 'hashCode'>;

/** What is kept of the half that the first operator holds, until a second one approves. `id`: of the code that it will be. */
export function hashOfHalf(crypto: Hashing, id: string, half: string): Buffer {
  return crypto.hashCode('emergency-code-half', id, half);
}

/** What is kept of a code of two halves: they are never in one place before their owner types them, here neither. */
export function hashOfHalves(crypto: Hashing, id: string, firstHash: Buffer, second: string): Buffer {
  return crypto.hashCode('emergency-code', id, `${firstHash.toString('hex')}:${second}`);
}
