import { z } from 'zod';
import type { AuthenticatorApp, OrganizationSettings } from '../../../../domain/branding.ts';
import type { Locale } from '../../../../domain/message.ts';
import { MOST_APPS } from '../../../../flows/administration/read-organization.ts';
import { field } from '../../../frame/form.ts';

/** The parts that an organization's settings are changed in, each a page. */
export const PARTS = ['about', 'colours', 'messages', 'apps'] as const;
export type Part = (typeof PARTS)[number];

const TEXTS = {
  support_url: 'supportUrl',
  support_email: 'supportEmail',
  support_phone: 'supportPhone',
  accent_light: 'accentLight',
  accent_dark: 'accentDark',
  sender_name: 'senderName',
  sender_address: 'senderAddress',
  sms_name: 'smsName',
} as const satisfies Record<string, keyof OrganizationSettings>;
type TextField = keyof typeof TEXTS;

const FIELDS: Readonly<Record<Exclude<Part, 'apps'>, readonly ('name' | 'locale' | TextField)[]>> = {
  about: ['name', 'locale', 'support_email', 'support_phone', 'support_url'],
  colours: ['accent_light', 'accent_dark'],
  messages: ['sender_name', 'sender_address', 'sms_name'],
};

const APP_FIELDS = ['name', 'apple', 'google'] as const;
export const appField = (at: number, part: (typeof APP_FIELDS)[number]): string => `app_${at + 1}_${part}`;
const NUMBERS = Array.from({ length: MOST_APPS }, (_, at) => at);

/** The names of the fields of a part, in their order. */
export function fieldsOf(part: Part): readonly string[] {
  return part === 'apps' ? NUMBERS.flatMap((at) => APP_FIELDS.map((one) => appField(at, one))) : FIELDS[part];
}

/** What was typed, by field. */
export type Typed = Readonly<Record<string, string | undefined>>;

/** The form of a part; `version`: of the state that it was made of. */
export const formOf = (part: Part) =>
  z
    .object(Object.fromEntries([...fieldsOf(part), 'version'].map((name) => [name, field().optional()])))
    .transform((typed): Typed => typed);

/** Settings as they would be typed. */
export function typedFrom(settings: OrganizationSettings): Typed {
  const { name, locale, apps } = settings;
  const texts = Object.entries(TEXTS).map(([own, key]) => [own, settings[key] ?? ''] as const);
  const inApps = apps.flatMap((app, at) => APP_FIELDS.map((one) => [appField(at, one), app[one] ?? ''] as const));
  return { name, locale, ...Object.fromEntries([...texts, ...inApps]) };
}

/** What was typed on the page of one part, in place of what is; spaces around it are no part of it, and nothing is none. A field that was not shown stays. */
export function settingsFrom(part: Part, typed: Typed, now: OrganizationSettings): OrganizationSettings {
  if (part === 'apps') return { ...now, apps: NUMBERS.map((at) => appFrom(typed, at)).filter((app) => app !== null) };
  const given = FIELDS[part].flatMap((own) => {
    const text = typed[own]?.trim();
    return own === 'name' || own === 'locale' || text === undefined ? [] : [[TEXTS[own], text === '' ? null : text]];
  });
  const about = part === 'about' ? { name: (typed['name'] ?? '').trim(), locale: localeFrom(typed, now.locale) } : {};
  return { ...now, ...about, ...Object.fromEntries(given) };
}

const localeFrom = ({ locale }: Typed, now: Locale): Locale => (locale === 'fr' || locale === 'en' ? locale : now);

function appFrom(typed: Typed, at: number): AuthenticatorApp | null {
  const [name = '', apple = '', google = ''] = APP_FIELDS.map((one) => typed[appField(at, one)]?.trim());
  return name + apple + google === '' ? null : { name, apple: apple || null, google: google || null };
}
