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
  return (
    votes.chosen ?? firstOf(votes.uiLocales?.split(' ') ?? []) ?? votes.account ?? votes.accepted ?? votes.organization
  );
}

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/** The language that the browser asks for by name, best first (RFC 9110, 12.5.4); undefined when it names none that we speak. */
export function acceptedLocale(ctx: Pick<Context, 'acceptsLanguages'>): Locale | undefined {
  return firstOf(ctx.acceptsLanguages());
}

/** `fr-CA`, `en` → fr. */
function firstOf(tags: readonly string[]): Locale | undefined {
  return tags.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLocale);
}

export const otherLocale = (locale: Locale): Locale => (locale === 'en' ? 'fr' : 'en');
