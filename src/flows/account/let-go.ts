import { hasSay, hearsUntil } from '../../domain/contact.ts';
import { isBound } from '../../domain/way.ts';
import type { Account, Contact, Ports, Repositories } from '../ports.ts';
import { standingOf } from '../standing.ts';

/**
 * An address or number is given up: it proves nothing any more and still hears of what happens (`hearsUntil`), unless it was new (`hasSay`);
 * what stood on it ends (SPEC S4). One that was never verified is gone at once. Belongs into the transaction of the change.
 */
export async function letGo(
  ports: Pick<Ports, 'closed' | 'now'>,
  tx: Repositories,
  account: Account,
  contact: Contact,
  now: number,
): Promise<void> {
  if (contact.verifiedAt === null) return tx.contacts.remove(account.id, [contact.id]);
  // A number may be all that bound the account to a second factor; giving it up opens no shorter way (SPEC "Rules").
  if (isBound(account.policy, standingOf(account, ports)))
    await tx.accounts.update(account.id, { boundToSecondFactor: true });
  const silent = !hasSay(account.policy, contact, now);
  await tx.contacts.giveUp(account.id, contact.id, hearsUntil(account.policy, now), silent);
  await tx.sessions.endStandingOn(account.id, [contact.id]);
}

/**
 * Links, codes, half-finished sign-ins and recoveries of the account, and a phone that is being brought in: none outlives a change of how one
 * gets in (ATTACKS A19).
 */
export async function endOpen(tx: Repositories, accountId: string, now: number): Promise<void> {
  await tx.journeys.endOthers(accountId, null, now);
  await tx.pairings.endOpen(accountId, 'changed', now);
  await tx.codes.endAll(accountId, ['recovery-link', 'recovery-code', 'sms', 'invitation'], now);
}
