import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account } from '../ports.ts';
import { invite } from './invite.ts';
import { onAccount } from './on-account.ts';

export interface InvitationSent {
  readonly outcome: 'invited';
  readonly sub: string;
}

export type InviteRefusal = 'set-up' | 'no-address' | 'suspended';

/**
 * Sends the invitation once more to somebody who has not set up the account yet; the one before is nothing any more. Whoever has a password
 * needs none, and gets in again by a recovery.
 */
export function inviteAccount(
  ports: AdministrationPorts,
  named: string,
): Promise<InvitationSent | Refused<'unknown-user' | 'not-allowed' | InviteRefusal>> {
  return onAccount(ports, named, 'invite', async (tx, account): Promise<InvitationSent | Refused<InviteRefusal>> => {
    if (isSetUp(account)) return refused('set-up');
    if (account.suspendedAt !== null) return refused('suspended');
    if (!account.contacts.some(({ kind }) => kind === 'email')) return refused('no-address');
    await tx.codes.endAll(account.id, ['invitation'], ports.now());
    await invite(ports, tx, account);
    return { outcome: 'invited', sub: account.id };
  });
}

/** Whether anybody has taken the account into use. */
export function isSetUp({
  credentials,
  boundToSecondFactor,
}: Pick<Account, 'credentials' | 'boundToSecondFactor'>): boolean {
  return boundToSecondFactor || credentials.length > 0;
}
