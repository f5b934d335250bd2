import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { endOpen } from './let-go.ts';

/**
 * The account has no restore code any more; it only takes away, so the session is enough and nothing slows it down. Recoveries that are under
 * way end: one may stand on it (ATTACKS A19). `gone`: there was none.
 */
export async function removeRestoreCode(
  ports: Ports,
  owner: Owner,
): Promise<{ readonly outcome: 'removed' } | Refused<'gone'> | NotAllowed> {
  return inAct(ports, owner, 'take-away', async (tx, { account, used, now }) => {
    if (!account.restoreCode) return refused('gone');
    const { id } = account.restoreCode;
    await tx.restoreCodes.removeAll(account.id);
    await endOpen(tx, account.id, now);
    const { visitor } = owner;
    const notice = await announce(ports, tx, account, { kind: 'restore-code-removed', visitor, used, removed: [id] });
    await tx.audit.append(
      {
        kind: 'restore-code.removed',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { restore_code: id, notice },
      },
      visitor,
    );
    return { outcome: 'removed' };
  });
}
