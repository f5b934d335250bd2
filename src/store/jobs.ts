import { type JobResult, PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Jobs } from '../flows/ports/jobs.ts';
import type { StoreLog } from './database.ts';
import { DELIVERY_QUEUES, JOBS_SCHEMA, LOGOUT_QUEUE, SIGNALS_QUEUE } from './job-sender.ts';

const delivery = z.object({ outboxId: z.uuid() });
const signals = z.object({ streamId: z.uuid() });
const logout = z.object({ clientId: z.string(), accountId: z.uuid(), sid: z.string() });

const EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;
const FINISH_WITHIN_MS = 20_000;

/** Up to ten at once per queue and node. Woken by NOTIFY; the poll is for what waits for its next try. */
const work = {
  batchSize: 5,
  localConcurrency: 2,
  perJobResults: true,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 2,
  notifyPollingIntervalSeconds: 5,
} as const;

/**
 * The worker of this node, with connections of its own. `purge(limit)` removes what has expired and says how much it was;
 * it and `everyMinute` run once a minute, on several nodes at once without harm.
 */
export function createJobs(url: string, purge: (limit: number) => Promise<number>, log: StoreLog): Jobs {
  let boss: PgBoss | undefined;
  let timer: NodeJS.Timeout | undefined;
  let chores: Promise<void> | undefined;

  async function purgeAll(): Promise<void> {
    for (;;) {
      const removed = await purge(PURGE_BATCH);
      if (removed < PURGE_BATCH || timer === undefined) return;
    }
  }

  /** One that fails holds up no other. */
  async function attempt(chore: () => Promise<unknown>, failed: string): Promise<void> {
    try {
      await chore();
    } catch (error) {
      log.warn({ err: error }, `${failed}; tried again in a minute`);
    }
  }

  return {
    async start(handlers) {
      boss = new PgBoss({
        connectionString: url,
        application_name: 'regain-jobs',
        max: 4,
        schema: JOBS_SCHEMA,
        migrate: false,
        createSchema: false,
        schedule: false,
        supervise: true,
        superviseIntervalSeconds: 5,
        monitorIntervalSeconds: 5,
        useListenNotify: true,
      });
      boss.on('error', (error) => log.error({ err: error }, 'the job queue has a fault'));
      boss.on('warning', ({ message }) => log.warn({ queue: JOBS_SCHEMA }, message));
      await boss.start();
      for (const queue of Object.values(DELIVERY_QUEUES)) {
        await boss.work(queue, work, (jobs) => each(jobs, (data) => handlers.deliver(delivery.parse(data).outboxId)));
      }
      await boss.work(LOGOUT_QUEUE, work, (jobs) => each(jobs, (data) => handlers.tellLogout(logout.parse(data))));
      if (handlers.pushSignals)
        await boss.work(SIGNALS_QUEUE, work, (jobs) =>
          each(jobs, async (data) => handlers.pushSignals?.(signals.parse(data).streamId)),
        );
      timer = setInterval(() => {
        chores = (chores ?? Promise.resolve())
          .then(() => attempt(purgeAll, 'expired records could not be removed'))
          .then(() => attempt(() => handlers.everyMinute(), 'what was due could not be done'));
      }, EVERY_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await chores;
      await boss?.stop({ graceful: true, close: true, timeout: FINISH_WITHIN_MS });
      boss = undefined;
    },
  };
}

/** Each job succeeds or fails alone. What went wrong is not kept beside the job: it may name an address. */
function each(
  jobs: readonly { id: string; data: unknown }[],
  handle: (data: unknown) => Promise<void>,
): Promise<JobResult[]> {
  return Promise.all(
    jobs.map(async ({ id, data }): Promise<JobResult> => {
      try {
        await handle(data);
        return { id, status: 'completed' };
      } catch {
        return { id, status: 'failed' };
      }
    }),
  );
}
