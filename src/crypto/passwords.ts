import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash as argon2, parseOptions, verify } from '@node-rs/argon2';
import type { Passwords } from '../flows/ports.ts';
import { isCommonPassword } from './common-passwords.ts';
import { createFairQueue } from './fair-queue.ts';

/** ASVS 11.4.2, Appendix C: argon2id (the library's default) with 19 MiB (in KiB), 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** No password that was ever accepted is longer (256 characters, at most 4 bytes each); more is never hashed. */
const MOST_BYTES = 4_096;

/**
 * The `Passwords` port. `width`: hashes at a time, one core short of all but at most two (libuv has four threads);
 * `depth`: how many more may wait before `Busy`; half of them are kept for those who asked to be `ready` first, so that no place
 * is promised in vain. Passwords come in as `domain/password-rules` normalized them.
 */
export async function createPasswords({
  width = Math.min(2, Math.max(1, availableParallelism() - 1)),
  depth = 128 * availableParallelism(),
}: {
  width?: number;
  depth?: number;
} = {}): Promise<Passwords> {
  const queue = createFairQueue({ width, depth });
  // Nobody knows its password; it only makes an unknown account take as long as a known one.
  const dummy = await argon2(randomBytes(32), COST);

  return {
    ready: (network) => queue.keepPlace(network),
    async hash(password) {
      if (tooLong(password)) throw new RangeError('a password of more than 4096 bytes came as far as hashing');
      return queue.run(() => argon2(password, COST));
    },
    async verify(password, hash) {
      const judged = hash !== undefined && !tooLong(password);
      const matches = await queue.run(() => (judged ? verify(hash, password) : verify(dummy, '')));
      return { ok: judged && matches, outdated: judged && matches && isOutdated(hash) };
    },
    isCommon: isCommonPassword,
  };
}

function tooLong(password: string): boolean {
  return Buffer.byteLength(password) > MOST_BYTES;
}

/** Made with other parameters than today's, or another variant or version of argon2. */
function isOutdated(hash: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(hash);
  const sameCost = memoryCost === COST.memoryCost && timeCost === COST.timeCost && parallelism === COST.parallelism;
  return !sameCost || !hash.startsWith('$argon2id$v=19$');
}
