import { setTimeout as delay } from 'node:timers/promises';
import { answers } from './connection.ts';
import { type Launch, launchPostmaster } from './launch.ts';
import { disownPidFile, isPostmaster, type Postmaster, readPidFile } from './postmaster.ts';
import { EmbeddedPostgresError } from './refusal.ts';
import { type Claim, claimWatched, startWatcher } from './watcher.ts';

export interface Joined {
  postmaster: Postmaster;
  claim: Claim;
  adopted: boolean;
}

/**
 * Claims the PostgreSQL that runs on the cluster, or starts one. One without a watcher is adopted: it gets a new watcher.
 * One that is starting or stopping is waited for, `patience` ms at most. To be called under the start lock.
 */
export async function joinOrLaunch(launch: Launch, patience: number): Promise<Joined> {
  const { places, password } = launch;
  const deadline = Date.now() + patience;
  let claim: Claim | undefined;
  try {
    for (;;) {
      const found = readPidFile(places);
      if (found && isPostmaster(found.pid, places)) {
        // Claim first, then look: a watcher that no longer answers has sent its signal before, and PostgreSQL then
        // accepts no connection any more.
        claim ??= await claimWatched(places, patience);
        if (found.ready && (await answers(found.port, password))) {
          return { postmaster: found, claim: claim ?? startWatcher(places, found.pid, false), adopted: true };
        }
        if (Date.now() > deadline) {
          throw new EmbeddedPostgresError(
            `REGAIN_DATA_DIR: PostgreSQL (process ${found.pid}) neither starts nor stops`,
          );
        }
        await delay(25);
        continue;
      }
      claim?.close();
      claim = undefined;
      if (found) disownPidFile(found, places);
      const launched = await launchPostmaster(launch, deadline);
      if (launched !== 'again') return { ...launched, adopted: false };
    }
  } catch (error) {
    claim?.close();
    throw error;
  }
}
