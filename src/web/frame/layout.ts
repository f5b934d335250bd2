import type { Locale } from '../../domain/message.ts';
import { translator } from '../../i18n/translate.ts';
import type { Addresses } from './address.ts';
import type { PageBanner, PageSettings } from './answer.ts';
import type { Brand } from './brand.ts';
import { otherLocale } from './locale.ts';

/** What the layout is given as `p.page` (see views/layout/page.ejs). */
export interface LayoutInput {
  readonly title: string;
  readonly locale: Locale;
  readonly brand: Brand;
  readonly nonce: string;
  readonly settings: PageSettings;
  /** Path and query of this page, below the issuer's own path. */
  readonly here: string;
  readonly assetsVersion: string;
  readonly addresses: Addresses;
  /** Called when a form is written, and only then: it gives the browser the cookie that the token hangs on. */
  readonly csrf: () => string;
}

export function layoutOf(input: LayoutInput): Readonly<Record<string, unknown>> {
  const { locale, settings, addresses, brand } = input;
  const t = translator(locale);
  const other = otherLocale(locale);
  const back = new URLSearchParams({ return: settings.returnTo ?? input.here });
  return {
    title: input.title,
    lang: locale,
    otherLang: {
      code: other,
      label: t(`common:language_${other}`),
      href: `${addresses.url(`/language/${other}`)}?${back.toString()}`,
    },
    errors: settings.errors ?? [],
    nonce: input.nonce,
    brand,
    footer: [
      { href: addresses.url('/help'), text: t('common:help') },
      { href: brand.supportHref, text: t('common:support') },
      { href: addresses.url('/privacy'), text: t('common:privacy') },
      { href: addresses.url('/accessibility'), text: t('common:accessibility') },
    ],
    steps: settings.steps,
    nav: settings.nav?.map((item) => ({ ...item, href: addresses.url(item.href) })),
    within: settings.within && {
      name: settings.within.name,
      items: settings.within.items.map((item) => ({ ...item, href: addresses.url(item.href) })),
    },
    wide: settings.wide ?? settings.nav !== undefined,
    banner: settings.banner && bannerOf(settings.banner, addresses),
    live: settings.live && addresses.url(settings.live),
    scripts: [
      ...(settings.passkey ? ['simplewebauthn-browser.js', 'passkey.js'] : []),
      ...(settings.live ? ['live.js'] : []),
      ...(settings.follows ? ['follow.js'] : []),
      ...(settings.signal ? ['passkeys-signal.js'] : []),
    ],
    done: settings.done,
    cancelled: settings.cancelled,
    version: input.assetsVersion,
    assets: addresses.url('/assets'),
    get csrf() {
      return input.csrf();
    },
  };
}

function bannerOf({ notices, dismiss }: PageBanner, { url }: Addresses): PageBanner {
  return {
    notices: notices.map((notice) => ({ ...notice, href: url(notice.href) })),
    ...(dismiss && { dismiss: { ...dismiss, action: url(dismiss.action) } }),
  };
}
