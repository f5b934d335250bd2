import type { Command } from 'commander';
import { type Answer, answering, isoTime } from './answer.ts';

/** `keys rotate`. */
export function addKeys(program: Command): void {
  program
    .command('keys')
    .description('the keys that sign tokens')
    .command('rotate')
    .description('make new signing keys: published at once, used after ten minutes; the old ones go a day later')
    .action(answering(rotate));
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
        ...keys.map(({ kid, alg }) => `${alg}  ${kid}  published, signs from ${signs}`),
        `The old keys leave the key set at ${gone}.`,
      ],
    };
  });
}
