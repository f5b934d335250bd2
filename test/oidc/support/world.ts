import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as oidc from 'openid-client';
import type { InteractionResult, ProviderPages, RenderedPage } from '../../../src/flows/ports/interactions.ts';
import type { OidcDependencies } from '../../../src/oidc/dependencies.ts';
import { createEngine, type Engine } from '../../../src/oidc/engine.ts';
import { adoptOrigin } from '../../../src/oidc/request-origin.ts';
import { Browser, type Stop } from './browser.ts';
import { MemoryKeys } from './keys.ts';
import {
  MemoryAccounts,
  MemoryApis,
  MemoryApplications,
  MemoryClients,
  MemoryRecords,
  MemorySessions,
} from './memory.ts';

export const CALLBACK = 'http://app.example.test/callback';
export const SECRET = 'a-secret-that-only-the-client-and-this-test-know';

/** What was reported, for tests to look at. */
export interface Heard {
  readonly faults: Error[];
  readonly refused: { event: string; error: string; detail: string | undefined }[];
  readonly notTold: string[];
  readonly signedOut: string[];
  readonly reused: string[];
  readonly ended: { uid: string; accountId: string; reason: string }[];
}

/** A provider on a real port with stub pages, and the clients `app` (secret), `public` and `console` (first-party). */
export class World {
  readonly records = new MemoryRecords();
  readonly clients = new MemoryClients();
  readonly apis = new MemoryApis();
  readonly accounts = new MemoryAccounts();
  readonly sessions = new MemorySessions();
  readonly applications = new MemoryApplications();
  readonly keys = new MemoryKeys();
  readonly heard: Heard = { faults: [], refused: [], notTold: [], signedOut: [], reused: [], ended: [] };
  /** Added to the clock of our own checks. */
  later = 0;
  readonly issuer: string;
  engine!: Engine;
  private readonly server: Server;

  private constructor(server: Server, issuer: string) {
    this.server = server;
    this.issuer = issuer;
  }

  static async start(
    options: { path?: string; override?: (world: World) => Partial<OidcDependencies> } = {},
  ): Promise<World> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const issuer = `http://localhost:${port}${options.path ?? ''}`;
    const world = new World(server, issuer);
    world.engine = await createEngine({ ...world.dependencies(), ...options.override?.(world) });
    server.on('request', (req, res) => {
      world.answer(req, res).catch((error: unknown) => {
        res.statusCode = 599;
        res.end(String(error));
      });
    });
    world.addClients();
    return world;
  }

  private dependencies(): OidcDependencies {
    const { heard } = this;
    return {
      issuerUrl: this.issuer,
      records: this.records,
      clients: this.clients,
      apis: this.apis,
      keys: this.keys,
      cookieKeys: [Buffer.alloc(32, 7)],
      dpopKey: Buffer.alloc(32, 9),
      accounts: this.accounts,
      sessions: this.sessions,
      applications: this.applications,
      endSession: async ({ uid, accountId }, reason) => {
        this.records.endSession(uid);
        heard.ended.push({ uid, accountId, reason });
      },
      tellLater: async (notice) => {
        await this.engine.tellLogout(notice).catch(() => heard.notTold.push(notice.clientId));
      },
      pages,
      events: {
        fault: (_at, error) => void heard.faults.push(error),
        refused: (_at, event, { error, detail }) => void heard.refused.push({ event, error, detail }),
        reused: (_at, { accountId }) => void heard.reused.push(accountId),
        notTold: (clientId) => void heard.notTold.push(clientId),
        signedOut: async (_at, { accountId }) => void heard.signedOut.push(accountId),
      },
      closed: [],
      now: () => Date.now() + this.later,
    };
  }

  private addClients(): void {
    const code = { redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'] };
    this.clients.add('app', SECRET, { ...code, post_logout_redirect_uris: ['http://app.example.test/bye'] });
    this.clients.add('public', null, code);
    this.clients.add('machine', SECRET, { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] });
    const none = { redirect_uris: ['http://console.example.test/back'], response_types: ['none'], grant_types: [] };
    this.clients.add('console', null, none, { firstParty: true, admitsOthers: true });
  }

  /** Stub pages: GET shows the interaction as JSON; POST of JSON ends it. Everything else is the provider's. */
  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { below, ip } = adoptOrigin(req, { issuer: new URL(this.issuer), trustProxy: 0 });
    if (!below) return send(res, 404, { ip });
    const { interactions } = this.engine;
    const at = { req, res };
    const [, area, uid = ''] = (req.url ?? '').split(/[/?]/);
    if (area === 'current') return send(res, 200, (await interactions.session(at)) ?? null);
    if (area !== 'sign-in' && area !== 'elsewhere') return this.engine.handle(req, res);
    if (req.method !== 'POST') return send(res, 200, (await interactions.find(at, uid)) ?? null);
    const act: Act = JSON.parse(await text(req));
    if (act.keep) await interactions.keep(at, uid, act.keep);
    if (act.endAll) this.records.endAll(act.endAll);
    const to =
      act.act === 'consent'
        ? await interactions.grantConsent(at, uid)
        : act.act === 'abort'
          ? await interactions.abort(at, uid)
          : act.act === 'ask-anew'
            ? await interactions.askAnew(at, uid).then(() => `/sign-in/${uid}`)
            : await interactions.finish(at, uid, act.result ?? {});
    if (!to) return send(res, 410, null);
    res.writeHead(303, { location: to }).end();
  }

  browser(): Browser {
    return new Browser(new URL(this.issuer).origin);
  }

  /** openid-client for one of our clients, by discovery. */
  async client(id = 'app', secret = SECRET, metadata: Partial<oidc.ClientMetadata> = {}): Promise<oidc.Configuration> {
    const auth = id === 'public' ? oidc.None() : oidc.ClientSecretBasic(secret);
    return oidc.discovery(new URL(this.issuer), id, metadata, auth, { execute: [oidc.allowInsecureRequests] });
  }

  async close(): Promise<void> {
    this.engine.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

interface Act {
  readonly act?: 'finish' | 'consent' | 'abort' | 'ask-anew';
  readonly result?: InteractionResult;
  /** The account whose sessions end. */
  readonly keep?: string;
  readonly endAll?: string;
}

/** The same as a test posts it: a sign-in without a journey binds nothing to its session. */
interface Posted extends Omit<Act, 'result'> {
  readonly result?: Partial<InteractionResult>;
}

/** Posts to the page that the browser stands at. */
export function post(browser: Browser, page: Stop, act: Posted): Promise<Stop> {
  return browser.go(page.url, {
    method: 'POST',
    body: JSON.stringify(act),
    headers: { 'content-type': 'application/json' },
  });
}

function send(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function rendered(status: number, body: object): RenderedPage {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

const pages: ProviderPages = {
  error: async (_at, { cause: _cause, ...problem }) => rendered(problem.status, { page: 'error', ...problem }),
  confirmSignOut: async (_at, { action, xsrf, client }) =>
    rendered(200, { page: 'confirm', action, xsrf, client: client?.id }),
  formPost: async (_at, { action, fields }) => rendered(200, { page: 'form-post', action, fields }),
  device: {
    code: async (_at, form) => rendered(form.problem ? 422 : 200, { page: 'device-code', ...form }),
    confirm: async (_at, { client, ...form }) => rendered(200, { page: 'device-confirm', ...form, client: client.id }),
    done: async (_at, client) => rendered(200, { page: 'device-done', client: client?.id }),
    stopped: async () => rendered(200, { page: 'device-stopped' }),
  },
  signedOut: async (_at, client) => rendered(200, { page: 'signed-out', client: client?.id }),
};
