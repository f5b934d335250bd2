import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { createCrypto } from '../../../src/crypto/crypto.ts';
import type { Locale } from '../../../src/domain/message.ts';
import type { Client, Organization } from '../../../src/flows/ports/provider.ts';
import type { Ports } from '../../../src/flows/ports.ts';
import { createLog } from '../../../src/observability/log.ts';
import { adoptOrigin } from '../../../src/oidc/request-origin.ts';
import { createApp, type ProviderCallback } from '../../../src/web/frame/app.ts';
import { createFrame, type Frame } from '../../../src/web/frame/frame.ts';
import type { Page } from '../../../src/web/frame/page.ts';
import { type RunningServer, startServer } from '../../../src/web/frame/server.ts';
import { loadViews, type RenderView } from '../../../src/web/frame/views.ts';
import { assetsPage } from '../../../src/web/pages/assets/assets.ts';
import { healthPages, type Readiness } from '../../../src/web/pages/health/health.ts';
import { helpPages } from '../../../src/web/pages/help/help.ts';
import { languagePage } from '../../../src/web/pages/language/language.ts';
import { supportPage } from '../../../src/web/pages/support/support.ts';
import { FakeInteractions } from '../../support/fake-interactions.ts';

export interface TestApp {
  readonly frame: Frame;
  readonly issuer: URL;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly server: RunningServer;
  /** Everything logged so far. */
  log(): string;
  /** One request without cookies; redirects are not followed. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends text as it is on a connection of its own and returns all that comes back: for what fetch refuses to send. */
  raw(request: string): Promise<string>;
  stop(): Promise<void>;
}

export interface TestSetting {
  readonly issuer?: string;
  readonly trustProxy?: number;
  readonly pages?: readonly Page[];
  /** Templates of those pages, by the name of their view; `include('parts/…')` finds the product's. */
  readonly views?: Readonly<Record<string, string>>;
  readonly readiness?: Partial<Readiness>;
  readonly locale?: Locale;
  readonly organizations?: readonly Organization[];
  readonly clients?: readonly Client[];
  /** Every look-up of an organization or application fails with what this returns. */
  readonly away?: () => Error | undefined;
  /** Without: whatever is no page of ours is answered with status 418 and "provider". */
  readonly provider?: (frame: Frame) => ProviderCallback;
}

/** The frame with its own pages and those of a test, over real HTTP on a free port. */
export async function startApp(setting: TestSetting = {}): Promise<TestApp> {
  const lines = new PassThrough({ encoding: 'utf8' });
  let logged = '';
  lines.on('data', (chunk: string) => {
    logged += chunk;
  });
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
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pages under test use nothing of the ports but this
    ports: { crypto, now: () => Date.now() } as unknown as Ports,
    organizations: {
      find: (id) => found([house, ...(setting.organizations ?? [])], id),
      logo: async () => undefined,
    },
    clients: { find: (id) => found(setting.clients ?? [], id) },
    csrfKeys: crypto.deriveKeys('csrf'),
    view: withTestViews(setting.views ?? {}),
  });
  const app = createApp({
    frame,
    interactions: new FakeInteractions(),
    pages: [
      ...(setting.pages ?? []),
      ...helpPages,
      supportPage,
      languagePage,
      assetsPage(frame.assets),
      ...healthPages({ ...ALL_THERE, ...setting.readiness }),
    ],
    provider: setting.provider?.(frame) ?? noProvider,
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
    issuer,
    origin,
    server,
    log: () => logged,
    get: (path, headers = {}) => fetch(origin + path, { redirect: 'manual', headers }),
    raw: (request) => exchange(server.port, request),
    stop: () => server.stop(1_000),
  };
}

const there = () => Promise.resolve(true);
const ALL_THERE: Readiness = { database: there, migrations: there, keys: there };

const noProvider: ProviderCallback = async (_, res) => {
  res.writeHead(418, { 'content-type': 'text/plain' }).end('provider');
};

async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  socket.write(request);
  await once(socket, 'close');
  return answer;
}

const ownViews = loadViews();
const VIEWS = fileURLToPath(new URL('../../../views/', import.meta.url));
const FORM = `<h1><%= p.page.title %></h1><p id="said"><%= p.said %></p>
<%- include('parts/form', { form: {} }) %><%- include('parts/field', { field: { name: 'name', label: 'Name', value: p.said } }) -%></form>`;

/** `test/form`: a form of one field; and those of the test; else the views of the product. */
function withTestViews(views: Readonly<Record<string, string>>): RenderView {
  const options = { filename: `${VIEWS}test.ejs`, strict: true, localsName: 'p' };
  const compiled = new Map(
    Object.entries({ 'test/form': FORM, ...views }).map(([name, view]) => [
      `pages/${name}`,
      ejs.compile(view, options),
    ]),
  );
  return (name, locals) => compiled.get(name)?.({ ...locals }) ?? ownViews(name, locals);
}
