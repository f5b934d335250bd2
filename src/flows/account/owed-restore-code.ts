import type { Account, Repositories } from '../ports.ts';
import { unlessOffered } from './restore-code-offered.ts';

/** In place of a number of sign-ins: not asked any more. */
export const NEVER = -1;
/** In place of a number of sign-ins: shown at the first sign-in, and at each one until it is there. */
const OWED = -2;

/** Whether the organization gives each new user a restore code (SPEC S12), and this one's was not typed back yet. */
export function owesRestoreCode(account: Account): boolean {
  return account.signInsAsked === OWED && account.restoreCode === null && isAutomatic(account);
}

/** Whether an account that registers its first second factor now gets a restore code with it. */
export function isAutomatic(account: Account): boolean {
  return account.policy.restoreCode.automatic && !unlessOffered(account);
}

/** With the first second factor. Belongs into its transaction, which holds the account. */
export async function oweRestoreCode(tx: Repositories, account: Account): Promise<void> {
  if (isAutomatic(account)) await tx.accounts.update(account.id, { signInsAsked: OWED });
}

/** It was typed back: from now on sign-ins are counted as for everybody. Belongs into the transaction in which it came to count. */
export async function settleOwed(tx: Repositories, account: Account): Promise<void> {
  if (account.signInsAsked === OWED) await tx.accounts.update(account.id, { signInsAsked: 0 });
}

/**
 * Whether a session is the one in which the account's first second factor was registered: its proofs are older than all second factors, and none
 * was ever used. All other sessions and open sign-ins ended with that (`completeSignIn`), and whoever signs in later gives that factor.
 */
export function hasJustEnrolled({ credentials, lastMethod }: Account, session: { readonly at: number }): boolean {
  const factors = credentials.filter(({ kind }) => kind !== 'password');
  return lastMethod === null && factors.length > 0 && factors.every(({ createdAt }) => createdAt > session.at);
}
