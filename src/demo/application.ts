import { randomBytes } from 'node:crypto';
import Koa, { type Context } from 'koa';
import { koaBody } from 'koa-body';
import { type Translate, translator } from '../i18n/translate.ts';
import { claimRows } from './claim-rows.ts';
import { createMemory } from './memory.ts';
import {
  type ClientSettings,
  createProvider,
  type Departure,
  type Provider,
  ProviderRefusal,
  type SignedIn,
  type Wish,
} from './provider.ts';
import {
  type Address,
  answerBy,
  closeServer,
  isAskedByName,
  listen,
  localeOf,
  renderSite,
  serveAsset,
  urlOf,
} from './site.ts';
import { mayTransfer, transferWish } from './transfer.ts';

const SESSION_COOKIE = 'demo_session';
/** Ties a departure to the browser that left: nobody can be made to arrive with somebody else's code. */
const BROWSER_COOKIE = 'demo_browser';
const HOUR = 3_600_000;

type Session = SignedIn | 'ended';

/** A browser that has left for the provider, and where it is to go once it is back. */
interface Left extends Departure {
  readonly browser: string;
  readonly to: '/' | '/transfer';
}

interface Site {
  readonly url: string;
  readonly provider: Provider;
  /** Ended sessions stay for the page that says so. */
  readonly sessions: ReturnType<typeof createMemory<Session>>;
  readonly departures: ReturnType<typeof createMemory<Left>>;
}

/**
 * A relying party of its own that shows what Regain tells an application: `/` (home, or who is signed in with all claims),
 * `/transfer` (asks for more than the rest), `/sign-in`, `/callback`, `/sign-out`, `/backchannel-logout`. On loopback only. Redirect URI: `<url>/callback`; after signing
 * out: `<url>/`; back-channel logout: `<url>/backchannel-logout`.
 */
export async function startDemoApplication(
  settings: ClientSettings & Address,
): Promise<{ url: string; close(): Promise<void> }> {
  const app = new Koa();
  app.silent = true;
  const readForm = koaBody({ json: false, text: false, multipart: false, formLimit: '64kb' });
  const server = await listen(settings, 'Demo application');
  const url = urlOf(server);
  const site: Site = {
    url,
    provider: createProvider(settings, url),
    sessions: createMemory<Session>(1_000, 12 * HOUR),
    departures: createMemory<Left>(1_000, 2 * HOUR),
  };

  app.use(async (context, next) => {
    if (!isAskedByName(context)) {
      context.status = 421;
      return;
    }
    await next().catch((error: unknown) => showFailure(context, error));
  });
  app.use(async (context) => {
    const route = `${context.method === 'HEAD' ? 'GET' : context.method} ${context.path}`;
    if (route === 'GET /') await showHome(site, context);
    else if (route === 'GET /transfer' || route === 'POST /transfer') await transfer(site, context);
    else if (route === 'GET /sign-in') await leave(site, context);
    else if (route === 'GET /callback') await arrive(site, context);
    else if (route === 'POST /sign-out') await signOut(site, context);
    else if (route === 'POST /backchannel-logout') await readForm(context, () => beTold(site, context));
    else if (context.method !== 'GET' || !serveAsset(context)) await showMessage(context, 404, 'not_found', 'back');
  });
  answerBy(app, server);
  return { url, close: () => closeServer(server) };
}

async function showHome({ sessions }: Site, context: Context): Promise<void> {
  const lang = localeOf(context);
  const t = translator(lang);
  const session = sessions.get(context.cookies.get(SESSION_COOKIE));
  if (session === undefined || session === 'ended') {
    if (session === 'ended') forget(sessions, context);
    await renderSite(context, 'home', named(t, t('demo:home_title')), { ended: session === 'ended' });
    return;
  }
  const { claims, sub } = session;
  const name = [claims['name'], claims['preferred_username'], sub].find((text) => typeof text === 'string' && text);
  const title = t('demo:signed_in_title', { name: String(name) });
  await renderSite(context, 'signed-in', named(t, title), { title, rows: claimRows(claims, lang) });
}

/** Step-up as an application meets it: whoever has shown too little is told so first, then sent to show more. Nothing is ever transferred. */
async function transfer({ sessions }: Site, context: Context): Promise<void> {
  const session = sessions.get(context.cookies.get(SESSION_COOKIE));
  const lang = localeOf(context);
  if (session === undefined || session === 'ended') {
    context.redirect(`/sign-in?for=transfer&lang=${lang}`);
    return;
  }
  const t = translator(lang);
  const state = mayTransfer(session, Date.now()) ? (context.method === 'POST' ? 'done' : 'open') : 'more';
  const { acr } = session.claims;
  if (state === 'more') context.status = 403;
  await renderSite(context, 'transfer', named(t, t('demo:transfer_title')), { state, acr });
}

/** `?acr=` asks for an assurance class, `?max_age=` for a fresh proof, `?for=transfer` for what that page needs, `?lang=` for a language. */
async function leave({ provider, departures }: Site, context: Context): Promise<void> {
  const acr = context.query['acr'];
  const fresh = context.query['max_age'] === '0';
  const wish: Wish = {
    locale: localeOf(context),
    ...(typeof acr === 'string' && { acr }),
    ...(fresh && { maxAge: 0 }),
  };
  const transfers = context.query['for'] === 'transfer';
  const departure = await provider.depart(transfers ? transferWish(localeOf(context)) : wish);
  const browser = context.cookies.get(BROWSER_COOKIE) ?? randomBytes(16).toString('base64url');
  setCookie(context, BROWSER_COOKIE, browser);
  departures.put(departure.state, { ...departure, browser, to: transfers ? '/transfer' : '/' });
  context.redirect(departure.url);
}

async function arrive({ url, provider, departures, sessions }: Site, context: Context): Promise<void> {
  const state = typeof context.query['state'] === 'string' ? context.query['state'] : undefined;
  const departure = departures.get(state);
  if (!departure || departure.browser !== context.cookies.get(BROWSER_COOKIE)) {
    await showMessage(context, 400, 'elsewhere', 'again');
    return;
  }
  departures.delete(state);
  const session = await provider.arrive(new URL(context.url, url), departure);
  sessions.delete(context.cookies.get(SESSION_COOKIE));
  const id = randomBytes(32).toString('base64url');
  sessions.put(id, session);
  setCookie(context, SESSION_COOKIE, id);
  context.redirect(departure.to);
}

async function signOut({ provider, sessions }: Site, context: Context): Promise<void> {
  const session = sessions.get(context.cookies.get(SESSION_COOKIE));
  forget(sessions, context);
  context.status = 303;
  context.redirect(session && session !== 'ended' ? await provider.signOutUrl(session.idToken) : '/');
}

/** OpenID Connect Back-Channel Logout 1.0, 2.5 and 2.8: 200 when the token holds, else 400; never cached. */
async function beTold({ provider, sessions }: Site, context: Context): Promise<void> {
  const body: unknown = context.request.body;
  const token = typeof body === 'object' && body !== null && 'logout_token' in body ? body.logout_token : undefined;
  const ended = typeof token === 'string' ? await provider.readLogoutToken(token) : undefined;
  context.set('Cache-Control', 'no-store');
  if (!ended) {
    context.status = 400;
    context.body = { error: 'invalid_request', error_description: 'the logout token does not hold' };
    return;
  }
  sessions.replaceWhere(
    (session) =>
      session !== 'ended' && (ended.sid === undefined ? session.sub === ended.sub : session.sid === ended.sid),
    'ended',
  );
  context.status = 200;
  context.body = '';
}

async function showFailure(context: Context, error: unknown): Promise<void> {
  if (error instanceof ProviderRefusal && error.unmet) {
    await showMessage(context, 403, 'unmet', 'back');
    return;
  }
  if (error instanceof ProviderRefusal) {
    await showMessage(context, 403, 'refused', 'again', { error: error.message });
    return;
  }
  process.stderr.write(`Demo application: ${error instanceof Error ? error.message : String(error)}\n`);
  await showMessage(context, 502, 'unreachable', 'again');
}

type MessageKey = 'refused' | 'unmet' | 'elsewhere' | 'unreachable' | 'not_found';

async function showMessage(
  context: Context,
  status: number,
  key: MessageKey,
  next: 'again' | 'back',
  values: Readonly<Record<string, string>> = {},
): Promise<void> {
  const t = translator(localeOf(context));
  const all = { product: t('common:product'), ...values };
  const title = t(`demo:${key}_title`, all);
  context.status = status;
  const locals = { title, text: t(`demo:${key}_lead`, all), again: next === 'again' };
  await renderSite(context, 'message', named(t, title), locals);
}

const named = (t: Translate, title: string) => ({ title, name: t('demo:name') });

function forget(sessions: Site['sessions'], context: Context): void {
  sessions.delete(context.cookies.get(SESSION_COOKIE));
  context.cookies.set(SESSION_COOKIE, null);
}

/** Cookies know no ports: those of the provider on the same host have other names. */
function setCookie(context: Context, name: string, value: string): void {
  context.cookies.set(name, value, { httpOnly: true, sameSite: 'lax', overwrite: true });
}
