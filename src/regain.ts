import type { Config } from './config/config.ts';
import { type Context, createContext } from './context.ts';
import { openDatabase } from './database.ts';
import { driversFor } from './delivery/drivers.ts';
import type { InboxDeliverer } from './delivery/inbox.ts';
import { createDeliver } from './delivery/worker.ts';
import { countLockOut } from './flows/administration/count-lock-out.ts';
import { closeAgedRequests } from './flows/close-aged-requests.ts';
import { closeDueAccounts } from './flows/close-due-accounts.ts';
import { endSession } from './flows/end-session.ts';
import { rotateDueKeys } from './flows/rotate-due-keys.ts';
import type { Log } from './observability/log.ts';
import { createEngine } from './oidc/engine.ts';
import { withOwnClients } from './oidc/own-clients.ts';
import { adoptOrigin } from './oidc/request-origin.ts';
import { providerEvents } from './oidc-events.ts';
import { proxyNotice } from './proxy-notice.ts';
import { StartError } from './start-error.ts';
import { createApp } from './web/frame/app.ts';
import { createFrame } from './web/frame/frame.ts';
import { providerPages } from './web/frame/provider-pages.ts';
import { startServer } from './web/frame/server.ts';
import type { Readiness } from './web/pages/health/health.ts';
import { routes } from './web/router.ts';

/** A running Regain. */
export interface Running {
  readonly context: Context;
  readonly port: number;
  /** Lets requests and messages that are under way finish, then closes everything, the embedded PostgreSQL last. */
  stop(): Promise<void>;
}

/**
 * Starts the provider: database (embedded and migrated, or the one given, which must be up to date), keys, server, background
 * work. `inbox` takes the messages in a demo; `now` is the clock, in milliseconds.
 */
export async function startRegain(
  config: Config,
  log: Log,
  inbox?: InboxDeliverer,
  now: () => number = Date.now,
): Promise<Running> {
  const database = await openDatabase(config, log);
  const context = await createContext(config, database.url, log, now).catch(async (error: unknown) => {
    await database.stop();
    const why = error instanceof Error ? error.message || error.name : String(error);
    throw new StartError(`DATABASE_URL: the database cannot be used: ${why}`);
  });
  const pending = await context.database.pending();
  if (pending.length > 0)
    throw new StartError(`DATABASE_URL: the database is not up to date (${pending.join(', ')}); run "regain migrate"`);
  const { ports, crypto } = context;
  const { organizations, keys, records, outbox, jobs } = context.database;
  const clients = withOwnClients(context.database.clients, config.issuerUrl);

  const frame = createFrame({ config, log, ports, organizations, clients, csrfKeys: crypto.deriveKeys('csrf') });
  const engine = await createEngine({
    issuerUrl: config.issuerUrl,
    records,
    clients,
    apis: context.database.apis,
    keys,
    signals: context.database.signals,
    cookieKeys: crypto.deriveKeys('cookies'),
    dpopKey: crypto.deriveKey('dpop'),
    clientCertHeader: config.clientCertHeader,
    accounts: ports.store.accounts,
    sessions: ports.store.sessions,
    applications: ports.store.applications,
    endSession: (session, reason) => endSession(ports, session, reason),
    tellLater: (notice) => ports.store.sessions.tell(notice),
    pages: providerPages(frame),
    events: providerEvents(log, ports.store),
    closed: ports.closed,
    now: ports.now,
  });
  const app = createApp({
    frame,
    pages: routes({ frame, readiness: readinessOf(context), administration: context.administration }),
    interactions: engine.interactions,
    provider: (req, res) => engine.handle(req, res),
  });

  const drivers = driversFor(config, inbox);
  const deliver = createDeliver({
    outbox,
    audit: ports.store.audit,
    organizations,
    ...drivers,
    issuer: config.issuer,
    now: ports.now,
    log,
  });
  await jobs.start({
    deliver,
    tellLogout: (notice) => engine.tellLogout(notice),
    pushSignals: (streamId) => engine.pushSignals(streamId),
    everyMinute: async () => {
      // One that fails holds up no other.
      const done = await Promise.allSettled([
        closeAgedRequests(ports),
        closeDueAccounts(ports),
        countLockOut(context.administration),
        rotateDueKeys({ ...ports, keys }, config.keyRotationDays),
      ]);
      for (const each of done) if (each.status === 'rejected') throw each.reason;
    },
  });

  const answer = app.callback();
  const noticeProxy = proxyNotice(config, log);
  const server = await startServer({
    handler: (req, res) => void answer(req, res),
    adopt: (req) => {
      noticeProxy(req);
      return adoptOrigin(req, config);
    },
    host: config.host,
    port: config.port,
  }).catch((error: NodeJS.ErrnoException) => {
    throw new StartError(
      `PORT: cannot listen on ${config.host}:${config.port} (${error.code ?? error.message}); is another one running?`,
    );
  });
  log.info({ port: server.port, issuer: config.issuerUrl }, 'Regain is ready');

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    // Pages that listen would never let the server stop by themselves.
    frame.streams.end();
    await server.stop();
    engine.close();
    await jobs.stop();
    drivers.email.close();
    drivers.sms.close();
    await context.database.close();
    await database.stop();
    log.info('Regain has stopped');
  };
  return { context, port: server.port, stop: () => (stopping ??= stop()) };
}

/** What `/health/ready` asks: `pending` reaches the database, or rejects. */
function readinessOf({ database, ports }: Context): Readiness {
  return {
    database: async () => (await database.pending()) !== undefined,
    migrations: async () => (await database.pending()).length === 0,
    keys: async () => (await database.keys.published(ports.now())).length > 0,
  };
}
