import { ENROLLED_WITHIN_MS, parsePairingCode } from '../../domain/pairing.ts';
import { inAct, type NotAllowed, type Owner } from '../account/act.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { recordPairing } from './record-pairing.ts';
import { seeOwn } from './see-pairing.ts';

/**
 * `not-a-code`: it cost nothing. `wrong-code`: the pairing has ended by it. `over`: it had ended, is another one, or it is not its turn.
 */
export type ConfirmPairingRefusal = 'not-a-code' | 'wrong-code' | 'over';

/**
 * The code of the new phone, typed on the device that showed the QR code, in the very session that it was begun in. There is one try,
 * counted before anything is compared: after a wrong one the pairing is over, so that somebody else's phone that got hold of the QR code
 * gets no further (SPEC S8; ATTACKS A12). `id`: of the pairing that the form was shown for. Sent twice, the first one counts.
 */
export async function confirmPairing(
  ports: Ports,
  owner: Owner,
  { id, typed }: { readonly id: string; readonly typed: string },
): Promise<{ readonly outcome: 'confirmed' } | Refused<ConfirmPairingRefusal> | NotAllowed> {
  const code = parsePairingCode(typed);
  if (code === undefined) return refused('not-a-code');
  return inAct(ports, owner, 'pair-device', async (tx, { account, now }) => {
    const seen = await seeOwn(ports, tx, owner, account);
    if (seen?.pairing.id !== id) return refused('over');
    if (seen.at.stage === 'confirmed') return { outcome: 'confirmed' };
    const { codeHash } = seen.pairing;
    if (seen.at.stage !== 'claimed' || !codeHash || !(await tx.pairings.takeTry(id, now))) return refused('over');

    if (!ports.crypto.equal(ports.crypto.hashCode('pairing', id, code), codeHash)) {
      await tx.pairings.end(id, 'wrong-code', now);
      await recordPairing(tx, account, owner.visitor, 'pairing.over', id, { reason: 'wrong-code' });
      return refused('wrong-code');
    }
    if (!(await tx.pairings.confirm(id, now + ENROLLED_WITHIN_MS, now)))
      throw new Error('a pairing whose only try was just taken could not be confirmed');
    await recordPairing(tx, account, owner.visitor, 'pairing.confirmed', id);
    return { outcome: 'confirmed' };
  });
}
