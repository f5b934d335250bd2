import type { Command } from 'commander';
import type { SigningKey } from '../flows/ports/provider.ts';
import { type Answer, answering, isoTime } from './answer.ts';

/** `keys list|rotate`. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('the keys that sign tokens');
  keys
    .command('list')
    .description('which keys sign, which are to sign, which only verify, and until when')
    .action(answering(list));
  keys
    .command('rotate')
    .description('make new signing keys: published at once, used after ten minutes; the old ones go a day later')
    .action(answering(rotate));
}

async function list(): Promise<Answer> {
  const { administering } = await import('./open.ts');
  return administering(async (ports) => {
    const keys = await ports.keys.published(ports.now());
    return {
      json: {
        keys: keys.map(({ kid, alg, state, createdAt, activeFrom, retiredAt, sign }) => ({
          kid,
          alg,
          state,
          created_at: isoTime(createdAt),
          active_from: isoTime(activeFrom),
          retired_at: retiredAt === null ? null : isoTime(retiredAt),
          kept: sign ? 'external' : 'database',
        })),
      },
      text: keys.map((key) => `${key.alg.padEnd(5)}  ${key.kid}  ${said(key)}`),
    };
  });
}

function said({ state, activeFrom, retiredAt, sign }: SigningKey): string {
  const gone = retiredAt === null ? '' : `, leaves the key set at ${isoTime(retiredAt)}`;
  const kept = sign ? ', kept by an external signer' : '';
  if (state === 'next') return `published, signs from ${isoTime(activeFrom)}${gone}${kept}`;
  return state === 'current' ? `signs since ${isoTime(activeFrom)}${gone}${kept}` : `verifies only${gone}${kept}`;
}

async function rotate(): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { rotateKeys } = await import('../flows/administration/rotate-keys.ts');
  return administering(async (ports) => {
    const { keys, activeFrom, retireOldAt } = await rotateKeys(ports);
    const [signs, gone] = [isoTime(activeFrom), isoTime(retireOldAt)];
    return {
      json: {
        keys: keys.map(({ kid, alg }) => ({ kid, alg })),
        active_from: signs,
        retire_old_at: gone,
      },
      text: [
        ...keys.map(({ kid, alg }) => `${alg.padEnd(5)}  ${kid}  published, signs from ${signs}`),
        `The old keys leave the key set at ${gone}.`,
      ],
    };
  });
}
