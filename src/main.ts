import type { Config } from './config/config.ts';
import { startRegain } from './regain.ts';
import { runUntilStopped } from './run.ts';
import { startWorkers } from './workers.ts';

/** `regain serve`: runs the provider until it is told to stop; with several workers they share the port. */
export function serve(config: Config, { workers }: { workers: number }): Promise<void> {
  return runUntilStopped(config, (log) =>
    workers === 1 ? startRegain(config, log) : startWorkers(config, log, workers),
  );
}
