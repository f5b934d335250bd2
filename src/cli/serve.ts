import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { type Answer, answering } from './answer.ts';

const MOST_WORKERS = 64;

/** `serve`: runs the provider until it is told to stop. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the provider; several may run on one database')
    .option('--workers <n>', 'processes that share the port', workers, 1)
    .action(async (options: { workers: number }) => {
      const config = loadConfig(process.env);
      const { serve } = await import('../main.ts');
      await serve(config, { workers: options.workers });
    });
}

/** `migrate`: brings the database up to date. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date; "serve" refuses one that is not')
    .action(answering(migrate));
}

async function migrate(): Promise<Answer> {
  const { unreachable, withDatabase } = await import('./open.ts');
  const { migrate: bringUpToDate } = await import('../store/index.ts');
  return withDatabase(async (url, config) => {
    const { applied } = await bringUpToDate(url).catch((error: unknown) => {
      throw unreachable(config, error);
    });
    const text = applied.map((name) => `applied ${name}`);
    return { json: { applied }, text: text.length > 0 ? text : ['The database is up to date.'] };
  });
}

function workers(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MOST_WORKERS) {
    throw new InvalidArgumentError(`It takes a number from 1 to ${MOST_WORKERS}.`);
  }
  return count;
}
