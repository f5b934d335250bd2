import { RESTORE_CODE_BYTES, restoreCodeFrom } from '../domain/restore-code.ts';
import type { Account, Ports, RestoreCode } from './ports.ts';

export interface NewRestoreCode {
  /** Without hyphens, for whoever is to have it: nobody else ever reads it here. */
  readonly code: string;
  readonly row: RestoreCode;
}

/** A new restore code for an account, with a sealed copy where the policy lets it be seen again. It is nothing before it is stored. */
export function newRestoreCode(
  { crypto, now }: Pick<Ports, 'crypto' | 'now'>,
  { policy }: Account,
  more: Pick<RestoreCode, 'issuedBy' | 'unsettledUntil'>,
): NewRestoreCode {
  const id = crypto.uuid();
  const code = restoreCodeFrom(crypto.randomBytes(RESTORE_CODE_BYTES));
  const sealed = policy.restoreCode.shownAgain ? crypto.seal(code, `restore-code:${id}`) : null;
  return { code, row: { id, hash: crypto.hashToken(code), sealed, createdAt: now(), ...more } };
}
