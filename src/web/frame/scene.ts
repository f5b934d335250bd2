import type { Context } from 'koa';
import type { Locale } from '../../domain/message.ts';
import { translator } from '../../i18n/translate.ts';
import type { PageSettings } from './answer.ts';
import { type CookieJar, cookieJar } from './cookies.ts';
import type { Frame } from './frame.ts';
import { layoutOf } from './layout.ts';
import { acceptedLocale, chooseLocale, isLocale } from './locale.ts';
import { brandOf } from './organization.ts';
import { type Visit, visitOf } from './visit.ts';

/** One request in the frame: what is needed to answer it in the right language, in whose colours. */
export interface Scene {
  readonly ctx: Context;
  readonly visit: Visit;
  readonly jar: CookieJar;
}

export function sceneOf(frame: Frame, ctx: Context): Scene {
  return { ctx, visit: visitOf(ctx.req), jar: cookieJar(ctx, frame.addresses, frame.ports.crypto) };
}

/** The language of the answer as far as is known by now (CONTRACT "Pages"). */
export function localeOf({ ctx, visit, jar }: Scene): Locale {
  const chosen = jar.language;
  return chooseLocale({
    chosen: isLocale(chosen) ? chosen : undefined,
    uiLocales: visit.known.uiLocales,
    account: visit.known.account,
    accepted: acceptedLocale(ctx),
    organization: visit.organization?.locale ?? 'en',
  });
}

/** A page in its layout, as HTML. `visit.organization` must be known by now. */
export function htmlOf(
  frame: Frame,
  scene: Scene,
  what: { view: string; title: string; locals: Readonly<Record<string, unknown>>; settings: PageSettings },
): string {
  const { ctx, visit, jar } = scene;
  const locale = localeOf(scene);
  const t = translator(locale);
  if (!visit.organization) throw new Error('the organization of the page was not looked up');
  const layout = layoutOf({
    title: what.title,
    settings: what.settings,
    locale,
    brand: brandOf(visit.organization, frame.addresses),
    nonce: visit.nonce,
    here: ctx.path + ctx.search,
    assetsVersion: frame.assets.version,
    addresses: frame.addresses,
    csrf: () => {
      if (!jar.value('form')) jar.issue('form');
      return frame.csrf.token(jar.value('form') ?? '', what.settings.formsOf);
    },
  });
  const shared = { t, locale, page: layout, url: frame.addresses.url };
  const body = frame.view(`pages/${what.view}`, { ...what.locals, ...shared });
  return frame.view('layout/page', { ...shared, body });
}

/** Of every HTML page: what it depends on besides its address. */
export function pageHeaders(scene: Scene): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-language': localeOf(scene),
    vary: 'Accept-Language, Cookie',
  };
}
