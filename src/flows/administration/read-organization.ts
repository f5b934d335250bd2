import type { AuthenticatorApp, OrganizationSettings } from '../../domain/branding.ts';
import { LEAST_CONTRAST, leastContrast, parseColour, readable, type Scheme } from '../../domain/colour.ts';
import { parseEmail } from '../../domain/email-address.ts';
import { parseHotline } from '../../domain/phone.ts';
import { type AddressFault, faultOfAddress } from '../../domain/web-address.ts';
import type { Refused } from '../outcome.ts';
import { readName } from './identity.ts';

type ColourField = 'accent_light' | 'accent_dark';

/** One thing that an organization cannot be set to. */
export type WrongInOrganization =
  | { readonly field: 'name' | 'sms_name'; readonly why: 'bad-name' }
  /** With an address in it, or what ends one: people would take it for the sender's. */
  | { readonly field: 'sender_name'; readonly why: 'bad-name' | 'address-in-name' }
  | { readonly field: 'support_url'; readonly why: AddressFault }
  | { readonly field: 'support_email' | 'sender_address'; readonly why: 'not-an-email' }
  /** Whose mail server it is says who may write from there. */
  | { readonly field: 'sender_address'; readonly why: 'not-yours' }
  | { readonly field: 'support_phone'; readonly why: 'not-a-number' }
  | { readonly field: ColourField; readonly why: 'not-a-colour' }
  /** `ratio`: what it has, of `least`; `nearest`: the colour beside it that has enough. */
  | {
      readonly field: ColourField;
      readonly why: 'contrast';
      readonly ratio: number;
      readonly least: number;
      readonly nearest: string;
    }
  | { readonly field: 'accent_dark'; readonly why: 'without-light' }
  /** `at`: the number of the app, from 0. */
  | { readonly field: 'apps'; readonly at: number; readonly why: 'bad-name' | 'no-store' | 'apple' | 'google' };

export interface WrongOrganization extends Refused<'wrong'> {
  readonly wrong: readonly WrongInOrganization[];
}

export const MOST_APPS = 3;
const STORES = { apple: 'apps.apple.com', google: 'play.google.com' } as const;

/**
 * Settings as they are kept, or everything that is wrong with them. Colours are read as text on all grounds of their scheme (WCAG 2.2, 1.4.6); what goes into
 * headers of e-mails has neither line ends nor separators (ASVS 1.3.11); apps are those of the two stores.
 */
export function readOrganization(typed: OrganizationSettings): OrganizationSettings | WrongOrganization {
  const wrong: WrongInOrganization[] = [];
  const or = <T>(value: T | undefined, fault: WrongInOrganization): T | null => {
    if (value === undefined) wrong.push(fault);
    return value ?? null;
  };
  const name = or(readName(typed.name, 100), { field: 'name', why: 'bad-name' });
  const supportFault = typed.supportUrl === null ? undefined : faultOfAddress(typed.supportUrl);
  if (supportFault !== undefined) wrong.push({ field: 'support_url', why: supportFault });
  const read = {
    supportEmail: typed.supportEmail && or(parseEmail(typed.supportEmail)?.address, wrongEmail('support_email')),
    supportPhone: typed.supportPhone && or(parseHotline(typed.supportPhone), WRONG_NUMBER),
    senderName: typed.senderName && or(readName(typed.senderName, 100), { field: 'sender_name', why: 'bad-name' }),
    senderAddress: typed.senderAddress && or(asciiOnly(typed.senderAddress), wrongEmail('sender_address')),
    smsName: typed.smsName && or(readName(typed.smsName, 20), { field: 'sms_name', why: 'bad-name' }),
    accentLight: colour(typed.accentLight, 'light', wrong),
    accentDark: colour(typed.accentDark, 'dark', wrong),
    apps: typed.apps.slice(0, MOST_APPS).map((app, at) => readApp(app, at, wrong)),
  };
  if (read.senderName && /[@<>"\\]/.test(read.senderName)) wrong.push({ field: 'sender_name', why: 'address-in-name' });
  if (typed.accentDark && !typed.accentLight) wrong.push({ field: 'accent_dark', why: 'without-light' });
  if (name === null || wrong.length > 0) return { outcome: 'refused', reason: 'wrong', wrong };
  return { name, locale: typed.locale, supportUrl: typed.supportUrl, ...read };
}

const wrongEmail = (field: 'support_email' | 'sender_address') => ({ field, why: 'not-an-email' }) as const;
const WRONG_NUMBER = { field: 'support_phone', why: 'not-a-number' } as const;

/** Every server takes it, also one that knows nothing of RFC 6531. */
function asciiOnly(typed: string): string | undefined {
  const address = parseEmail(typed)?.address;
  return address !== undefined && /^[\x21-\x7e]+$/.test(address) ? address : undefined;
}

function colour(typed: string | null, scheme: Scheme, wrong: WrongInOrganization[]): string | null {
  if (typed === null) return null;
  const field: ColourField = `accent_${scheme}`;
  const read = parseColour(typed);
  if (read === undefined) {
    wrong.push({ field, why: 'not-a-colour' });
    return null;
  }
  const ratio = leastContrast(read, scheme);
  if (ratio < LEAST_CONTRAST)
    wrong.push({ field, why: 'contrast', ratio, least: LEAST_CONTRAST, nearest: readable(read, scheme) });
  return read;
}

function readApp(app: AuthenticatorApp, at: number, wrong: WrongInOrganization[]): AuthenticatorApp {
  const name = readName(app.name, 60);
  if (name === undefined) wrong.push({ field: 'apps', at, why: 'bad-name' });
  if (app.apple === null && app.google === null) wrong.push({ field: 'apps', at, why: 'no-store' });
  for (const store of ['apple', 'google'] as const) {
    const address = app[store];
    if (address !== null && (faultOfAddress(address) !== undefined || URL.parse(address)?.host !== STORES[store]))
      wrong.push({ field: 'apps', at, why: store });
  }
  return { ...app, name: name ?? '' };
}
