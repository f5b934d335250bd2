import { z } from 'zod';
import type { Ports } from '../ports.ts';

const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('totp'), id: z.string(), secret: z.string(), until: z.number() }),
  z.object({ kind: z.literal('passkey'), id: z.string(), challenge: z.string(), until: z.number() }),
]);

/**
 * A second factor that is about to be added: its id, and the secret or challenge that the page shows. It lies in the form itself, sealed for
 * this account and session, so that showing the page changes nothing; the id makes sure that a form sent twice adds one.
 */
type Pending = z.infer<typeof schema>;
export type PendingTotp = Extract<Pending, { kind: 'totp' }>;
export type PendingPasskey = Extract<Pending, { kind: 'passkey' }>;

/** Whose it is going to be, and in which session or pairing it is added. */
export interface Adder {
  readonly account: { readonly id: string };
  readonly session: { readonly uid: string };
}

const LASTS_MS = 15 * 60_000;

export function newTotp(ports: Pick<Ports, 'crypto' | 'now' | 'totp'>): PendingTotp {
  return { kind: 'totp', id: ports.crypto.uuid(), secret: ports.totp.newSecret(), until: ports.now() + LASTS_MS };
}

export function newPasskey(ports: Pick<Ports, 'crypto' | 'now'>): PendingPasskey {
  return { kind: 'passkey', id: ports.crypto.uuid(), challenge: ports.crypto.token(), until: ports.now() + LASTS_MS };
}

/** As it stands in the form, base64url. */
export function sealPending({ crypto }: Pick<Ports, 'crypto'>, owner: Adder, pending: Pending): string {
  return crypto.seal(JSON.stringify(pending), contextOf(owner)).toString('base64url');
}

/** Undefined: too old, another session's or account's, or none of ours. */
export function openPending(
  { crypto, now }: Pick<Ports, 'crypto' | 'now'>,
  owner: Adder,
  sealed: string,
): Pending | undefined {
  try {
    const pending = schema.parse(JSON.parse(crypto.open(Buffer.from(sealed, 'base64url'), contextOf(owner))));
    return pending.until > now() ? pending : undefined;
  } catch {
    return undefined;
  }
}

const contextOf = ({ account, session }: Adder): string => `adding:${account.id}:${session.uid}`;
