import type { Config } from './config/config.ts';
import type { Log } from './observability/log.ts';
import { StartError } from './start-error.ts';
import { EmbeddedPostgresError, startEmbedded } from './store/embedded/index.ts';
import { migrate } from './store/index.ts';

export interface OpenDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/** The database that the configuration names, or the embedded one, started and brought up to date. */
export async function openDatabase(config: Config, log: Log): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, stop: async () => {} };
  const embedded = await startEmbedded({
    dataDir: config.dataDir,
    exclusive: true,
    log: (line) => log.info(line),
  }).catch((error: unknown) => {
    throw error instanceof EmbeddedPostgresError ? new StartError(error.message) : error;
  });
  await migrate(embedded.url);
  return embedded;
}
