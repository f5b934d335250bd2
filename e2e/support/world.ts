import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, beforeAll } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { startDemoApplication } from '../../src/demo/application.ts';
import { DEMO_CLIENT_ID, demoClient } from '../../src/demo/client.ts';
import { createLog } from '../../src/observability/log.ts';
import { type Running, startRegain } from '../../src/regain.ts';
import { launchBrowser } from '../../test/support/browser.ts';
import { testDatabase } from '../../test/support/database.ts';
import {
  freePort,
  type ReceivedMail,
  type ReceivedSms,
  type Sink,
  startMailSink,
  startSmsSink,
} from '../../test/support/sinks.ts';
import { type Clock, createClock } from './clock.ts';
import { createPerson, type Person, type PersonWish } from './person.ts';
import { openVisit, type Visit } from './visit.ts';

/** Regain as its users meet it: real PostgreSQL, SMTP, SMS gateway over HTTP, an application, and a real browser. */
export interface World {
  readonly issuer: string;
  /** Where the demo application is. */
  readonly app: string;
  readonly clientId: string;
  readonly mail: Sink<ReceivedMail, never>;
  readonly sms: Sink<ReceivedSms, never>;
  readonly regain: Running;
  readonly clock: Clock;
  readonly browser: Browser;
  /** A browser of somebody's own, with nothing in it. */
  visit(locale?: 'en-GB' | 'fr-CH', more?: { javaScriptEnabled?: boolean }): Promise<Visit>;
  person(wish?: PersonWish): Promise<Person>;
  close(): Promise<void>;
}

/** One world for all tests of a file. */
export function useWorld(): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());
  return () => {
    if (!world) throw new Error('the world is open in tests only');
    return world;
  };
}

export async function openWorld(): Promise<World> {
  const [database, mail, sms, port, appPort, browser] = await Promise.all([
    testDatabase(),
    startMailSink(),
    startSmsSink({ secret: 'sms secret' }),
    freePort(),
    freePort(),
    launchBrowser(),
  ]);
  const issuer = `http://localhost:${port}`;
  const config = loadConfig({
    REGAIN_ISSUER: issuer,
    PORT: String(port),
    DATABASE_URL: database.url,
    SMTP_URL: mail.url,
    SMS_URL: sms.url,
    SMS_SECRET: 'sms secret',
    REGAIN_MASTER_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
  });
  const clock = createClock();
  const regain = await startRegain(config, createLog('silent', 'stderr'), undefined, () => clock.now());
  const app = `http://localhost:${appPort}`;
  const { administration, database: store } = regain.context;
  const client = await demoClient({ ...administration, clients: store.clients }, app);
  const application = await startDemoApplication({ issuer, ...client, port: appPort, host: '127.0.0.1' });
  const visits: Visit[] = [];
  return {
    issuer,
    app,
    clientId: DEMO_CLIENT_ID,
    mail,
    sms,
    regain,
    clock,
    browser,
    visit: async (locale = 'en-GB', more = {}) => {
      const visit = await openVisit(browser, locale, more);
      visits.push(visit);
      return visit;
    },
    person: (wish = {}) => createPerson(administration, clock, wish),
    close: async () => {
      await Promise.all(visits.map((visit) => visit.close()));
      await browser.close();
      await application.close();
      await regain.stop();
      await Promise.all([mail.close(), sms.close()]);
      await database.drop();
    },
  };
}
