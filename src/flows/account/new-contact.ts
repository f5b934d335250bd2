import type { ContactKind } from '../../domain/contact.ts';
import { parseEmail, usernameKey } from '../../domain/email-address.ts';
import { TRIES_PER_CODE } from '../../domain/one-time-code.ts';
import { parsePhone } from '../../domain/phone.ts';
import type { Account, Contact, OneTimeCode, Ports } from '../ports.ts';

/** An address or number that waits for its code. */
export interface NewContact {
  readonly kind: ContactKind;
  /** As it was typed; phones in E.164. */
  readonly value: string;
  /** What look-ups and uniqueness compare. */
  readonly key: string;
  /** The one that goes when this one is confirmed. */
  readonly replaces: string | null;
}

/** NIST SP 800-63B-4 OOB-02. */
export const NEW_CONTACT_LASTS_MS = 600_000;
/** Of each kind; everything that happens is told to all of them. */
export const MOST_CONTACTS = 8;

export type ContactRefusal =
  | 'not-an-address'
  | 'not-a-number'
  | 'already-yours'
  | 'too-many'
  /** What is to be replaced is not there any more. */
  | 'gone'
  /** The address is the username too, which has to be changed first. */
  | 'is-username';

/** Reads what was typed, or says what is wrong with it. */
export function readContact(kind: ContactKind, typed: string): Omit<NewContact, 'replaces'> | undefined {
  if (kind === 'email') {
    const email = parseEmail(typed);
    return email && { kind, value: email.address, key: email.key };
  }
  const phone = parsePhone(typed);
  return phone === undefined ? undefined : { kind, value: phone, key: phone };
}

/** Whether a contact has this address or number. */
export function hasKey(
  contact: Pick<Contact, 'kind' | 'value'>,
  { kind, key }: Pick<NewContact, 'kind' | 'key'>,
): boolean {
  return contact.kind === kind && (kind === 'email' ? parseEmail(contact.value)?.key : contact.value) === key;
}

/** The username is this address. A username that looks like an address must be one of the account's own, so the address stays till then. */
export function isUsername(account: Account, contact: Pick<Contact, 'kind' | 'value'>): boolean {
  return hasKey(contact, { kind: 'email', key: usernameKey(account.username) });
}

/** What speaks against adding it to the account as it is; undefined when nothing does. */
export function againstAdding(account: Account, asked: NewContact): ContactRefusal | undefined {
  const replaced = account.contacts.find(({ id }) => id === asked.replaces);
  if (asked.replaces !== null && replaced?.kind !== asked.kind) return 'gone';
  if (replaced && isUsername(account, replaced)) return 'is-username';
  if (account.contacts.some((held) => held.verifiedAt !== null && hasKey(held, asked))) return 'already-yours';
  const others = account.contacts.filter(
    (held) => held.kind === asked.kind && held.id !== asked.replaces && !hasKey(held, asked),
  );
  return others.length >= MOST_CONTACTS ? 'too-many' : undefined;
}

export function seal(ports: Pick<Ports, 'crypto'>, codeId: string, asked: NewContact): Buffer {
  return ports.crypto.seal(JSON.stringify(asked), `code:${codeId}`);
}

/** What a code waits to confirm, for its owner only; undefined when it is over. */
export function waitingFor(
  ports: Pick<Ports, 'crypto' | 'now'>,
  accountId: string,
  code: OneTimeCode | undefined,
): NewContact | undefined {
  if (!code?.sealed || code.accountId !== accountId) return undefined;
  if (code.consumedAt !== null || code.expiresAt <= ports.now()) return undefined;
  const asked: NewContact = JSON.parse(ports.crypto.open(code.sealed, `code:${code.id}`));
  return asked;
}

export const hasTries = ({ tries }: Pick<OneTimeCode, 'tries'>): boolean => tries < TRIES_PER_CODE;
