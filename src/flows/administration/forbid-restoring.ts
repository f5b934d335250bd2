import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports-administration.ts';
import { findAccount } from './find-account.ts';

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
export async function forbidRestoring(
  ports: AdministrationPorts,
  identifier: string,
  forbidden: boolean,
): Promise<RestoringSet | Refused<'unknown-user'>> {
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    if (account.restoreForbidden === forbidden) return { outcome: 'set', sub: account.id, forbidden, changed: false };
    await tx.accounts.update(account.id, { restoreForbidden: forbidden });
    await tx.audit.append({
      kind: forbidden ? 'restore-code.forbidden' : 'restore-code.allowed',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'cli',
      details: { by: ports.by },
    });
    return { outcome: 'set', sub: account.id, forbidden, changed: true };
  });
}
