import type { Locale } from '../../../domain/message.ts';
import type { PageContext } from '../../frame/page.ts';

/** The stores' own search: no app is recommended before another. */
const STORES: Record<Locale, { apple: string; google: string }> = {
  en: {
    apple: 'https://apps.apple.com/us/search?term=authenticator',
    google: 'https://play.google.com/store/search?q=authenticator&c=apps&hl=en',
  },
  fr: {
    apple: 'https://apps.apple.com/fr/search?term=authenticator',
    google: 'https://play.google.com/store/search?q=authenticator&c=apps&hl=fr',
  },
};

/** The authenticator apps that the organization recommends, with their links (SPEC T7); without any, the search of the stores, under no name. As parts/apps. */
export function appsFor({ organization, locale, t }: Pick<PageContext, 'organization' | 'locale' | 't'>) {
  const apps = organization.apps?.length ? organization.apps : [{ name: '', ...STORES[locale] }];
  return apps.map(({ name, apple, google }) => ({
    name,
    stores: [
      { text: t('factor:app_store'), href: apple },
      { text: t('factor:google_play'), href: google },
    ].filter(({ href }) => href !== null),
  }));
}
