import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

export interface RestoringSet {
  readonly outcome: 'set';
  readonly sub: string;
  readonly forbidden: boolean;
  /** False: it was so already. */
  readonly changed: boolean;
}

/**
 * Forbids restoring by restore code to one account, or allows it again (SPEC S9). A code that it has stays, and opens nothing meanwhile, also on
 * recoveries that are under way: they are decided again at their end. Only the owner's console says so, and nobody else learns of it.
 */
export function forbidRestoring(
  ports: AdministrationPorts,
  identifier: string,
  forbidden: boolean,
  why: Why = {},
): Promise<RestoringSet | Refused<'unknown-user' | 'not-allowed'>> {
  return onAccount(ports, identifier, 'forbid-restoring', async (tx, account) => {
    if (account.restoreForbidden === forbidden) return { outcome: 'set', sub: account.id, forbidden, changed: false };
    await tx.accounts.update(account.id, { restoreForbidden: forbidden });
    await record(ports, tx, {
      kind: forbidden ? 'restore-code.forbidden' : 'restore-code.allowed',
      accountId: account.id,
      organizationId: account.organizationId,
      details: { ...why },
    });
    return { outcome: 'set', sub: account.id, forbidden, changed: true };
  });
}
