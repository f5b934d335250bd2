import { announce } from '../announce.ts';
import type { Refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { mayChange } from './may-change.ts';

export interface Closing {
  readonly outcome: 'closing';
  /** When the account will be erased (milliseconds). */
  readonly closesAt: number;
}

/**
 * The owner wants the account closed: it is erased when the policy's time has passed (`closeDueAccounts`), and until then it works as before
 * and may be kept. Everybody is told, since it may be a thief who asked; a contest keeps the account (`undoContested`). Asking again
 * changes nothing.
 */
export async function askToClose(
  ports: Ports,
  owner: Owner,
): Promise<Closing | NotAllowed | Refused<'too-much-changed'>> {
  const not = await mayChange(ports, owner, 'close-account');
  if (not) return not;
  const { visitor } = owner;
  return inAct(ports, owner, 'close-account', async (tx, { account, used, now }) => {
    if (account.closesAt !== null) return { outcome: 'closing', closesAt: account.closesAt };
    const closesAt = now + account.policy.lifetimes.closing * 1000;
    await tx.accounts.update(account.id, { closesAt });
    const notice = await announce(ports, tx, account, { kind: 'closing-asked', visitor, used, until: closesAt });
    await tx.audit.append(
      {
        kind: 'account.closing-asked',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { closes_at: closesAt, notice },
      },
      visitor,
    );
    return { outcome: 'closing', closesAt };
  });
}
