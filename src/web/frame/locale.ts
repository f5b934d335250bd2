import type { Context } from 'koa';
import { LOCALES, type Locale } from '../../domain/message.ts';

/** What speaks for a language, strongest first (CONTRACT "Pages", STANDARDS L-07). */
export interface LanguageVotes {
  /** The person's own choice: the link on every page. */
  readonly chosen?: Locale | undefined;
  /** `ui_locales` of the authorization request: tags, best first (OpenID Connect Core 1.0, 3.1.2.1; never an error). */
  readonly uiLocales?: string | undefined;
  readonly account?: Locale | undefined;
  /** By `Accept-Language`. */
  readonly accepted?: Locale | undefined;
  readonly organization: Locale;
}

export function chooseLocale(votes: LanguageVotes): Locale {
  return votes.chosen ?? fromTags(votes.uiLocales) ?? votes.account ?? votes.accepted ?? votes.organization;
}

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/** The language the browser asks for, or undefined when it says nothing or nothing that we speak (RFC 9110, 12.5.4). */
export function acceptedLocale(ctx: Pick<Context, 'get' | 'acceptsLanguages'>): Locale | undefined {
  if (!ctx.get('accept-language')) return undefined;
  const best = ctx.acceptsLanguages(...LOCALES);
  return isLocale(best) ? best : undefined;
}

/** "fr-CA fr en" → fr. */
function fromTags(tags: string | undefined): Locale | undefined {
  return tags
    ?.split(' ')
    .map((tag) => tag.split('-')[0]?.toLowerCase())
    .find(isLocale);
}

export const otherLocale = (locale: Locale): Locale => (locale === 'en' ? 'fr' : 'en');
