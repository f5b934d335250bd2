import type { Config } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import { type Running, startRegain } from '../regain.ts';
import type { Stoppable } from '../run.ts';
import { demoAccounts } from './accounts.ts';
import { startDemoApplication } from './application.ts';
import { demoClient } from './client.ts';
import { startInbox } from './inbox.ts';
import { welcome } from './welcome.ts';

const APPLICATION_PORT = 3001;
const INBOX_PORT = 3002;
/** Loopback: the inbox shows everybody's messages. */
const HOST = '127.0.0.1';

/** Regain with a demo application, an inbox page and two people to be, and a line on the console for each. */
export async function startDemo(config: Config, log: Log): Promise<Stoppable> {
  if (!config.demo) return startRegain(config, log);
  const inbox = await startInbox({ port: INBOX_PORT, host: HOST });
  const running: Running = await startRegain(config, log, inbox.deliverer);
  const { administration } = running.context;
  const application = await startDemoApplication({
    issuer: config.issuerUrl,
    ...(await demoClient(
      { ...administration, clients: running.context.database.clients },
      `http://localhost:${APPLICATION_PORT}`,
    )),
    port: APPLICATION_PORT,
    host: HOST,
  });
  process.stdout.write(welcome(config.issuerUrl, application.url, inbox.url, await demoAccounts(administration)));
  return {
    stop: async () => {
      await application.close();
      await running.stop();
      await inbox.close();
    },
  };
}
