import { type EmailAddress, parseEmail, usernameKey } from '../../domain/email-address.ts';
import { parsePhone } from '../../domain/phone.ts';

export type IdentityRefusal =
  | 'bad-username'
  | 'username-is-an-email'
  | 'bad-email'
  | 'bad-phone'
  | 'bad-given-name'
  | 'bad-family-name';

export interface TypedIdentity {
  readonly username: string;
  readonly email: string;
  readonly phone?: string;
  readonly givenName?: string;
  readonly familyName?: string;
}

export interface Identity {
  readonly username: string;
  readonly usernameKey: string;
  readonly email: EmailAddress;
  readonly phone: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** Line ends, control, unassigned and replacement characters, and what turns the direction of writing (ATTACKS A28). */
const UNPRINTABLE = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/u;

/** Printable text of 1 to `longest` characters without spaces at its ends, in NFC; else `undefined`. */
export function readName(typed: string, longest: number): string | undefined {
  const name = typed.normalize('NFC');
  const { length } = Array.from(name);
  if (length < 1 || length > longest || name.trim() !== name || UNPRINTABLE.test(name)) return undefined;
  return name;
}

export type UsernameRefusal = Extract<IdentityRefusal, 'bad-username' | 'username-is-an-email'>;

/**
 * A username: 1–64 printable characters, none of them invisible; one that is shaped like an e-mail address must be one of the account's
 * own (`emails`: their keys), else a look-up would find two people (SPEC "Rules").
 */
export function readUsername(
  typed: string,
  emails: readonly string[],
): { readonly username: string; readonly usernameKey: string } | { readonly refusal: UsernameRefusal } {
  const username = readName(typed, 64);
  if (username === undefined || /\p{Cf}/u.test(username)) return { refusal: 'bad-username' };
  const key = usernameKey(username);
  if (username.includes('@') && !emails.includes(key)) return { refusal: 'username-is-an-email' };
  return { username, usernameKey: key };
}

/** Checks what an account is known by. */
export function readIdentity(typed: TypedIdentity): Identity | { readonly refusal: IdentityRefusal } {
  const email = parseEmail(typed.email);
  const name = readUsername(typed.username, email ? [email.key] : []);
  if (!email) return { refusal: 'refusal' in name && name.refusal === 'bad-username' ? name.refusal : 'bad-email' };
  if ('refusal' in name) return name;
  const phone = typed.phone === undefined ? null : parsePhone(typed.phone);
  if (phone === undefined) return { refusal: 'bad-phone' };
  const givenName = typed.givenName === undefined ? null : readName(typed.givenName, 100);
  if (givenName === undefined) return { refusal: 'bad-given-name' };
  const familyName = typed.familyName === undefined ? null : readName(typed.familyName, 100);
  if (familyName === undefined) return { refusal: 'bad-family-name' };
  return { ...name, email, phone, givenName, familyName };
}
