import { PassThrough } from 'node:stream';
import { afterAll, beforeAll } from 'vitest';
import type { Interactions } from '../../src/flows/ports/interactions.ts';
import { createLog } from '../../src/observability/log.ts';
import { adoptOrigin } from '../../src/oidc/request-origin.ts';
import { createApp } from '../../src/web/frame/app.ts';
import { createFrame } from '../../src/web/frame/frame.ts';
import type { Page } from '../../src/web/frame/page.ts';
import { startServer } from '../../src/web/frame/server.ts';
import { assetsPage } from '../../src/web/pages/assets/assets.ts';
import { languagePage } from '../../src/web/pages/language/language.ts';
import { FakeInteractions } from './fake-interactions.ts';
import { PageBrowser } from './page-browser.ts';
import { ISSUER, openPorts, type TestPorts, type TestPortsSettings } from './ports.ts';

/** Pages of ours over real HTTP, on real ports and a database of their own; the provider is a fake one. */
export interface Site extends TestPorts {
  readonly origin: string;
  readonly interactions: FakeInteractions;
  /** A browser without any cookie. */
  browser(headers?: Readonly<Record<string, string>>): PageBrowser;
  /** Everything logged so far. */
  log(): string;
}

export interface SiteSettings extends TestPortsSettings {
  /** Besides the language links and the assets. */
  readonly pages: readonly Page[];
}

export async function openSite(settings: SiteSettings): Promise<Site> {
  const test = await openPorts(settings);
  const { ports, crypto, database } = test;
  const lines = new PassThrough({ encoding: 'utf8' });
  let logged = '';
  lines.on('data', (chunk: string) => (logged += chunk));
  const issuer = new URL(settings.issuer ?? ISSUER);
  const { organizations, clients } = database;
  const frame = createFrame({
    config: { issuer, trustProxy: 0 },
    log: createLog('debug', lines),
    ports,
    organizations,
    clients,
    csrfKeys: crypto.deriveKeys('csrf'),
  });
  const interactions = new FakeInteractions();
  const app = createApp({
    frame,
    interactions: interactions satisfies Interactions,
    pages: [...settings.pages, languagePage, assetsPage(frame.assets)],
    provider: async (req, res) => {
      res.writeHead(418, { 'content-type': 'text/plain' }).end(`provider ${req.url}`);
    },
  });
  const handler = app.callback();
  const server = await startServer({
    handler: (req, res) => void handler(req, res),
    adopt: (req) => adoptOrigin(req, { issuer, trustProxy: 0 }),
    host: '127.0.0.1',
    port: settings.issuer ? Number(issuer.port) : 0,
  });
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    ...test,
    origin,
    interactions,
    browser: (headers = {}) => new PageBrowser(origin, headers),
    log: () => logged,
    close: async () => {
      await server.stop(1_000);
      await test.close();
    },
  };
}

/** One site for the tests of a file. */
export function useSite(settings: SiteSettings): () => Site {
  let site: Site | undefined;
  beforeAll(async () => {
    site = await openSite(settings);
  });
  afterAll(() => site?.close());
  return () => {
    if (!site) throw new Error('the site is not open yet');
    return site;
  };
}
