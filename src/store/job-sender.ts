import { fromKysely, PgBoss, type QueueOptions } from 'pg-boss';
import type { Message } from '../domain/message.ts';
import type { LogoutNotice } from '../flows/ports/jobs.ts';
import type { Database, StoreLog } from './database.ts';

/** pg-boss keeps its tables here; `migrate` makes them. */
export const JOBS_SCHEMA = 'jobs';

/** Mail and SMS apart: a gateway that hangs holds up only its own. Decoys apart: a flood of names that nobody has holds up nothing. */
export const DELIVERY_QUEUES = {
  email: 'deliver-email',
  sms: 'deliver-sms',
  decoy: 'deliver-decoy',
} as const satisfies Record<Message['channel'] | 'decoy', string>;
export const LOGOUT_QUEUE = 'tell-logout';
export const SIGNALS_QUEUE = 'push-signals';

/** A node that is killed in a job: another one has it again some 15 seconds later (with `supervise` every 5). */
const patience: QueueOptions & { notify: boolean } = {
  notify: true,
  retryBackoff: true,
  retryDelay: 2,
  expireInSeconds: 30,
  heartbeatSeconds: 10,
  deleteAfterSeconds: 86_400,
};

/**
 * A message is tried for as long as it is worth anything, at least every five minutes: the outbox row says when it is not
 * (a code after minutes, a notice after days), and the job then ends. An application is tried ten times within 20 minutes.
 */
export const QUEUES: Readonly<Record<string, QueueOptions & { notify: boolean }>> = {
  [DELIVERY_QUEUES.email]: { ...patience, retryLimit: 3_000, retryDelayMax: 300 },
  [DELIVERY_QUEUES.sms]: { ...patience, retryLimit: 3_000, retryDelayMax: 300 },
  [DELIVERY_QUEUES.decoy]: { ...patience, retryLimit: 2 },
  // As long as they are kept: a receiver that is down may come back.
  [SIGNALS_QUEUE]: { ...patience, retryLimit: 3_000, retryDelayMax: 300 },
  [LOGOUT_QUEUE]: { ...patience, retryLimit: 10, retryDelayMax: 300 },
};

/** Puts jobs into the caller's transaction: they exist once it commits, and never when it is rolled back. */
export interface JobSender {
  /** `outboxId`: all that the job carries. */
  deliver(db: Database, queue: keyof typeof DELIVERY_QUEUES, outboxId: string): Promise<void>;
  tellLogout(db: Database, notice: LogoutNotice): Promise<void>;
  /** What waits on this stream is to be pushed. */
  pushSignals(db: Database, streamId: string): Promise<void>;
  /** Reads the queues once. Rejects when the job tables are missing or of another version, or lack a queue. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

async function allQueuesIn(boss: PgBoss): Promise<void> {
  const lacking = await lackingQueues(boss);
  if (lacking.length > 0) throw new Error(`the job queue lacks ${lacking.join(', ')}`);
}

/** Queues of this version that the database does not have yet. */
export async function lackingQueues(boss: PgBoss): Promise<string[]> {
  const there = new Set((await boss.getQueues()).map(({ name }) => name));
  return Object.keys(QUEUES).filter((name) => !there.has(name));
}

/** A pg-boss that only sends, on the store's own pool: no supervision, no listening, no connection of its own. */
export function createJobSender(db: Database, log: StoreLog): JobSender {
  const boss = new PgBoss({
    db: fromKysely(db),
    schema: JOBS_SCHEMA,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the job queue has a fault'));
  let started: Promise<unknown> | undefined;
  const ready = async () => {
    started ??= boss.start().then(() => allQueuesIn(boss));
    try {
      await started;
    } catch (error) {
      started = undefined;
      throw error;
    }
  };
  const send = async (trx: Database, queue: string, data: object) => {
    await ready();
    await boss.send(queue, data, { db: fromKysely(trx) });
  };
  return {
    ready,
    deliver: (trx, queue, outboxId) => send(trx, DELIVERY_QUEUES[queue], { outboxId }),
    pushSignals: (trx, streamId) => send(trx, SIGNALS_QUEUE, { streamId }),
    tellLogout: (trx, notice) => send(trx, LOGOUT_QUEUE, notice),
    close: () => boss.stop({ graceful: false, close: false }),
  };
}
