import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Config } from './config/config.ts';
import { openDatabase } from './database.ts';
import type { Log } from './observability/log.ts';
import type { Stoppable } from './run.ts';

/**
 * `serve --workers N`: this process keeps the database and starts N others that share the port; one that dies is replaced.
 * Each is told the database by its environment and is a whole Regain of its own.
 */
export async function startWorkers(config: Config, log: Log, count: number): Promise<Stoppable> {
  const database = await openDatabase(config, log);
  let stopping = false;
  cluster.setupPrimary({ exec: fileURLToPath(new URL('./cli.ts', import.meta.url)), args: ['serve'] });
  const fork = () => cluster.fork({ DATABASE_URL: database.url });
  const listening = new Set<number>();
  cluster.on('listening', (worker) => listening.add(worker.id));
  cluster.on('exit', (worker, code) => {
    if (stopping) return;
    // One that never got as far as listening was refused its start, and so would the next one be.
    if (!listening.has(worker.id)) process.kill(process.pid, 'SIGTERM');
    else {
      log.error({ pid: worker.process.pid, code }, 'a worker died; another takes its place');
      fork();
    }
  });
  for (let started = 0; started < count; started += 1) fork();
  return {
    stop: async () => {
      stopping = true;
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      const exits = workers.map((worker) => once(worker, 'exit'));
      for (const worker of workers) worker.process.kill('SIGTERM');
      await Promise.all(exits);
      await database.stop();
    },
  };
}
