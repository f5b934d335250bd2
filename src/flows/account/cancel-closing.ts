import { announce } from '../announce.ts';
import type { Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';

export interface Kept {
  readonly outcome: 'kept';
  /** False: it was not to be closed (any more). */
  readonly changed: boolean;
}

/**
 * The account is not closed after all. It gives nobody anything, so the session is enough and it never waits, like what takes away; it is
 * told, since it may have been the owner who wanted it closed.
 */
export async function cancelClosing(ports: Ports, owner: Owner): Promise<Kept | NotAllowed> {
  const { visitor } = owner;
  return inAct(ports, owner, 'take-away', async (tx, { account, used }) => {
    if (account.closesAt === null) return { outcome: 'kept', changed: false };
    await tx.accounts.update(account.id, { closesAt: null });
    const notice = await announce(ports, tx, account, { kind: 'closing-cancelled', visitor, used });
    await tx.audit.append(
      {
        kind: 'account.closing-cancelled',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { notice },
      },
      visitor,
    );
    return { outcome: 'kept', changed: true };
  });
}
