import type { Journey } from '../domain/journey.ts';
import type { Repositories, Visitor } from './ports.ts';

/**
 * Whose guesses these are: a browser that the account has signed in from, and a link opened from its mailbox, have budgets
 * of their own, so that a stranger's guesses slow only strangers (DESIGN rule 6, ATTACKS A26).
 */
export async function budgetOf(
  repositories: Pick<Repositories, 'devices'>,
  accountId: string,
  journey: Pick<Journey, 'kind' | 'proofs'>,
  visitor: Visitor,
): Promise<string> {
  if (journey.proofs.some((proof) => proof.kind === 'email-code')) return 'mailbox';
  if (!visitor.deviceHash) return 'strangers';
  const known = await repositories.devices.isKnown(accountId, visitor.deviceHash);
  return known ? `device:${visitor.deviceHash.toString('base64url')}` : 'strangers';
}
