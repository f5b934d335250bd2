import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type Koa from 'koa';
import type { Context } from 'koa';
import type { Locale } from '../domain/message.ts';
import { type Translate, translator } from '../i18n/translate.ts';
import { StartError } from '../start-error.ts';

/** What the demo application and the inbox page have in common: a small site of their own on loopback. */
const VIEWS = new URL('../../views/', import.meta.url);
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'];

export interface Address {
  readonly port: number;
  readonly host: string;
}

/** Listens, on loopback only. Throws StartError with one line when the port is taken or the host is not loopback. */
export async function listen({ port, host }: Address, what: string): Promise<Server> {
  if (!LOOPBACK.includes(host)) throw new StartError(`${what}: it listens on loopback only, not on ${host}`);
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'the port is taken; stop what uses it' : (error.code ?? error.message);
      reject(new StartError(`${what}: cannot listen on ${host}:${port}: ${why}`));
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** From now on `app` answers; its URL was known before, so that it could be told. */
export function answerBy(app: Koa, server: Server): void {
  const answer = app.callback();
  server.on('request', (request, response) => void answer(request, response));
}

/** Ends open connections (a page that waits for news has one) and frees the port. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Where people go: by name, because passkeys need `localhost`. `port` is the one that it listens on. */
export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://localhost:${address.port}`;
}

/** Another site's name that leads to loopback (DNS rebinding) must not read what is here. */
export function isAskedByName(context: Context): boolean {
  return LOOPBACK.includes(context.hostname) || LOOPBACK.includes(`[${context.hostname}]`);
}

const LANGUAGE_COOKIE = 'demo_language';

/** The language asked for by `?lang=`, which is remembered, else the browser's. */
export function localeOf(context: Context): Locale {
  const asked = context.query['lang'];
  if (asked === 'en' || asked === 'fr') {
    context.cookies.set(LANGUAGE_COOKIE, asked, { httpOnly: true, sameSite: 'lax', overwrite: true });
    return asked;
  }
  const remembered = context.cookies.get(LANGUAGE_COOKIE);
  if (remembered === 'en' || remembered === 'fr') return remembered;
  return context.acceptsLanguages('en', 'fr') === 'fr' ? 'fr' : 'en';
}

export interface SitePage {
  readonly title: string;
  /** The site's name, in the header. */
  readonly name: string;
  readonly wide?: boolean;
  readonly script?: string;
}

/** Renders `views/demo/<view>` within the frame. `locals` beside `p.t`, `p.lang`. */
export async function renderSite(
  context: Context,
  view: string,
  page: SitePage,
  locals: Readonly<Record<string, unknown>>,
): Promise<void> {
  const lang = localeOf(context);
  const t: Translate = translator(lang);
  const render = (name: string, more: object) =>
    ejs.renderFile(fileURLToPath(new URL(`demo/${name}.ejs`, VIEWS)), { t, lang, ...more }, OPTIONS);
  const body = await render(view, locals);
  const other = lang === 'fr' ? 'en' : 'fr';
  context.set('Content-Security-Policy', CSP);
  context.set('X-Content-Type-Options', 'nosniff');
  context.set('Referrer-Policy', 'no-referrer');
  context.set('Cache-Control', 'no-store');
  context.set('Content-Language', lang);
  context.type = 'html';
  context.body = await render('frame', { ...page, body, other, otherName: t(`common:language_${other}`) });
}

const OPTIONS = { strict: true, localsName: 'p', cache: true } as const;

/** Messages bring style of their own (in a frame without scripts); no `form-action`, because signing out leads to the provider. */
const CSP = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ASSETS: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/assets/regain.css': ['assets/regain.css', 'css'],
  '/assets/demo.css': ['demo/demo.css', 'css'],
  '/assets/inbox.js': ['demo/inbox.js', 'js'],
  '/assets/icon.svg': ['demo/icon.svg', 'svg'],
};

/** Answers a request for a style sheet, script or icon; false when it is for none. */
export function serveAsset(context: Context): boolean {
  const asset = Object.hasOwn(ASSETS, context.path) ? ASSETS[context.path] : undefined;
  if (!asset) return false;
  const [file, type] = asset;
  context.type = type;
  context.set('X-Content-Type-Options', 'nosniff');
  context.set('Cache-Control', 'no-cache');
  context.body = readFileSync(new URL(file, VIEWS), 'utf8');
  return true;
}
