import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

const REFUSED_TYPES = ['PREMIUM_RATE', 'SHARED_COST', 'VOICEMAIL', 'PAGER', 'UAN', 'TOLL_FREE'];

/** Reads a phone number in any usual notation into E.164, or `undefined`. Premium, shared-cost and voicemail numbers are refused (D-21). */
export function parsePhone(typed: string, country?: CountryCode): string | undefined {
  const number = parsePhoneNumberFromString(typed, country);
  if (!number?.isValid() || REFUSED_TYPES.includes(number.getType() ?? '')) return undefined;
  return number.number;
}

/** A number that people call, of any kind, in E.164; or `undefined`. */
export function parseHotline(typed: string): string | undefined {
  const number = parsePhoneNumberFromString(typed);
  return number?.isValid() ? number.number : undefined;
}

/** The country of an E.164 number as ISO 3166 letters, or `undefined`. */
export function countryOf(phone: string): string | undefined {
  return parsePhoneNumberFromString(phone)?.country;
}

/** What toll fraud has in common: the number without its last four digits (D-22). */
export function prefixOf(phone: string): string {
  return phone.slice(0, -4);
}

/** `•• 67`: the last two digits, shown only after a first proof. */
export function maskPhone(phone: string): string {
  return `•• ${phone.slice(-2)}`;
}
