import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { createCrypto } from '../../../src/crypto/crypto.ts';
import type { Locale } from '../../../src/domain/message.ts';
import type { Ports } from '../../../src/flows/ports.ts';
import type { Interactions } from '../../../src/flows/ports-interactions.ts';
import type { Client, Organization } from '../../../src/flows/ports-provider.ts';
import { createLog } from '../../../src/observability/log.ts';
import { adoptOrigin } from '../../../src/oidc/request-origin.ts';
import { createApp, type ProviderCallback } from '../../../src/web/frame/app.ts';
import { createFrame, type Frame } from '../../../src/web/frame/frame.ts';
import type { Page } from '../../../src/web/frame/page.ts';
import { startServer } from '../../../src/web/frame/server.ts';
import type { Readiness } from '../../../src/web/pages/health/health.ts';
import { routes } from '../../../src/web/router.ts';

export interface TestApp {
  readonly frame: Frame;
  /** `http://127.0.0.1:PORT`, without the issuer's path. */
  readonly origin: string;
  readonly issuer: URL;
  /** Everything logged so far. */
  log(): string;
  /** The response, redirects not followed. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends bytes as they are and returns everything that comes back: for what fetch refuses to send. */
  raw(request: string): Promise<string>;
  stop(): Promise<void>;
}

export interface TestSetting {
  readonly issuer?: string;
  readonly trustProxy?: number;
  readonly pages?: readonly Page[];
  readonly readiness?: Partial<Readiness>;
  readonly locale?: Locale;
  readonly organizations?: readonly Organization[];
  readonly clients?: readonly Client[];
  /** Every look-up of an organization or application fails with this. */
  readonly away?: () => Error | undefined;
  readonly provider?: (frame: Frame) => ProviderCallback;
}

const yes = () => Promise.resolve(true);

/** The frame with our own pages and those of a test, over real HTTP on a free port; the provider is `setting.provider` or answers 418. */
export async function startApp(setting: TestSetting = {}): Promise<TestApp> {
  const lines = new PassThrough({ encoding: 'utf8' });
  let logged = '';
  lines.on('data', (chunk: string) => (logged += chunk));
  const issuer = new URL(setting.issuer ?? 'http://localhost:3000');
  const trustProxy = setting.trustProxy ?? 0;
  const crypto = createCrypto([Buffer.alloc(32, 7)]);
  const house: Organization = { id: 'default', name: 'Regain', locale: setting.locale ?? 'en', supportUrl: null };
  const found = async <T extends { id: string }>(rows: readonly T[], id: string): Promise<T | undefined> => {
    const error = setting.away?.();
    if (error) throw error;
    return rows.find((row) => row.id === id);
  };
  const frame = createFrame({
    config: { issuer, trustProxy },
    log: createLog('debug', lines),
    // pages under test use nothing of the ports but this
    ports: { crypto, now: () => Date.now() } as unknown as Ports,
    organizations: { find: (id) => found([house, ...(setting.organizations ?? [])], id) },
    clients: { find: (id) => found(setting.clients ?? [], id) },
    csrfKeys: crypto.deriveKeys('csrf'),
  });
  const readiness = { database: yes, migrations: yes, keys: yes, ...setting.readiness };
  const app = createApp({
    frame,
    interactions: {} as Interactions,
    pages: [...(setting.pages ?? []), ...routes({ frame, readiness })],
    provider:
      setting.provider?.(frame) ??
      (async (_, res) => {
        res.writeHead(418, { 'content-type': 'text/plain' }).end('provider');
      }),
  });
  const handler = app.callback();
  const server = await startServer({
    handler: (req, res) => void handler(req, res),
    adopt: (req) => adoptOrigin(req, { issuer, trustProxy }),
    host: '127.0.0.1',
    port: 0,
  });
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    frame,
    origin,
    issuer,
    log: () => logged,
    get: (path, headers = {}) => fetch(origin + path, { redirect: 'manual', headers }),
    raw: async (request) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.setEncoding('utf8');
      let answer = '';
      socket.on('data', (chunk: string) => (answer += chunk));
      socket.write(request);
      await once(socket, 'close');
      return answer;
    },
    stop: () => server.stop(1_000),
  };
}
