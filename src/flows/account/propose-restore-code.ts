import { z } from 'zod';
import { RESTORE_CODE_BYTES, restoreCodeFrom } from '../../domain/restore-code.ts';
import type { Account, Ports } from '../ports.ts';
import type { Owner } from './act.ts';

const schema = z.object({
  /** `new`: it counts once it is typed back. `seen`: it is the one that counts. */
  use: z.enum(['new', 'seen']),
  id: z.string(),
  code: z.string(),
  /** The one that counted when this one was made. */
  instead: z.string().nullable(),
  until: z.number(),
});

/** A restore code on the screen of its owner. `code` without hyphens; `until` in milliseconds. */
export type ShownCode = z.infer<typeof schema>;

const LASTS_MS = 30 * 60_000;

/**
 * A new restore code for the page that shows it: 135 random bits and a check character (NIST SP 800-63B-4 REC-10). Changes nothing: it lies
 * in the form itself, sealed for this account and session for half an hour, and counts for nothing until it is typed back.
 */
export function proposeRestoreCode({ crypto, now }: Pick<Ports, 'crypto' | 'now'>, { account }: Owner): ShownCode {
  return {
    use: 'new',
    id: crypto.uuid(),
    code: restoreCodeFrom(crypto.randomBytes(RESTORE_CODE_BYTES)),
    instead: account.restoreCode?.id ?? null,
    until: now() + LASTS_MS,
  };
}

/** The one that counts, as its owner sees it again. */
export function seenAgain({ now }: Pick<Ports, 'now'>, id: string, code: string): ShownCode {
  return { use: 'seen', id, code, instead: id, until: now() + LASTS_MS };
}

/** As it stands in the form, base64url. */
export function sealShown({ crypto }: Pick<Ports, 'crypto'>, owner: Owner, shown: ShownCode): string {
  return crypto.seal(JSON.stringify(shown), contextOf(owner)).toString('base64url');
}

/** Undefined: too old, another session's or account's, none of ours, or another code counts meanwhile. */
export function openShown(
  { crypto, now }: Pick<Ports, 'crypto' | 'now'>,
  owner: Owner,
  sealed: string,
): ShownCode | undefined {
  try {
    const shown = schema.parse(JSON.parse(crypto.open(Buffer.from(sealed, 'base64url'), contextOf(owner))));
    return shown.until > now() && isCurrent(shown, owner.account) ? shown : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing was activated or removed since it was shown, other than this one itself. */
export function isCurrent({ id, instead }: ShownCode, { restoreCode }: Account): boolean {
  const counting = restoreCode?.id ?? null;
  return counting === instead || counting === id;
}

const contextOf = ({ account, session }: Owner): string => `restore-code:${account.id}:${session.uid}`;
