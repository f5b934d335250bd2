import { inAct, type NotAllowed, type Owner } from '../account/act.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports, Visitor } from '../ports.ts';
import { recordPairing } from './record-pairing.ts';
import { inPairing, type PairingBy, type SeenPairing, seeOwn } from './see-pairing.ts';

interface Cancelled {
  readonly outcome: 'cancelled';
}

/** "Cancel" on the device that shows the QR code: it ends at once on both. It only takes away, so the session is enough. */
export async function cancelPairing(ports: Ports, owner: Owner): Promise<Cancelled | Refused<'over'> | NotAllowed> {
  return inAct(ports, owner, 'take-away', async (tx, { account, now }) => {
    const seen = await seeOwn(ports, tx, owner, account);
    if (!seen || !isOpen(seen) || !(await tx.pairings.end(seen.pairing.id, 'cancelled', now))) return refused('over');
    await recordPairing(tx, account, owner.visitor, 'pairing.over', seen.pairing.id);
    return { outcome: 'cancelled' };
  });
}

/** "Cancel" on the phone, before it has asked (by the key) or since (by its cookie). A key that another phone has used cancels nothing. */
export async function declinePairing(
  ports: Ports,
  visitor: Visitor,
  by: Exclude<PairingBy, { readonly owner: unknown }>,
): Promise<Cancelled | Refused<'over'>> {
  return inPairing<Cancelled | Refused<'over'>>(ports, by, async (tx, seen, now) => {
    const { pairing, account } = seen;
    if (!isOpen(seen) || ('key' in by && seen.at.stage !== 'shown')) return refused('over');
    if (!(await tx.pairings.end(pairing.id, 'declined', now))) return refused('over');
    await recordPairing(tx, account, visitor, 'pairing.over', pairing.id);
    return { outcome: 'cancelled' };
  });
}

const isOpen = ({ at }: SeenPairing): boolean => at.stage !== 'over' && at.stage !== 'done';
