import type { Config } from './config/config.ts';
import { createLog, type Log } from './observability/log.ts';
import { StartError } from './start-error.ts';

/** Something that runs until it is told to stop. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** How often we look whether the npm that started us is still there. */
const PARENT_CHECK_MS = 250;

/**
 * Runs `start` until SIGINT, SIGTERM, or the end of the npm that started us (npm does not hand a SIGTERM on), then stops it
 * cleanly. What refuses the start is one line on stderr and exit code 1.
 */
export async function runUntilStopped(config: Config, start: (log: Log) => Promise<Stoppable>): Promise<void> {
  const asked = stopAsked();
  try {
    const running = await start(createLog(config.logLevel, 'stdout'));
    await asked;
    await running.stop();
    process.exit(0);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** Resolves at the first sign that we should stop; later signs are heard and change nothing. */
function stopAsked(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
    if (process.env['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, PARENT_CHECK_MS).unref();
  });
}
