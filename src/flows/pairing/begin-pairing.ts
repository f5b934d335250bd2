import { PAIRING_KEY_LENGTH, pairingKeyFrom } from '../../domain/pairing.ts';
import { inAct, type NotAllowed, type Owner } from '../account/act.ts';
import { notAllowedNow, takeOrWait } from '../account/may-change.ts';
import type { Refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { recordPairing } from './record-pairing.ts';
import { unlessOffered } from './see-pairing.ts';

export interface PairingBegun {
  readonly outcome: 'begun';
  readonly id: string;
  /** For the address in the QR code, and nowhere else. */
  readonly key: string;
}

/** `slow-down`: too many QR codes, or too many changes, lately. */
export type BeginRefusal = 'not-offered' | 'slow-down';

/**
 * Shows a QR code for a new phone (SPEC S8). It leads to another way in, so it takes a full, fresh sign-in and waits for the end of a
 * cooling period (ATTACKS A4); the key in it has 140 bits, is good once and for the policy's lifetime (BIND-05), and takes the place of one
 * that was open. What the phone will change is counted here, so that nobody is turned away at the end.
 */
export async function beginPairing(
  ports: Ports,
  owner: Owner,
): Promise<PairingBegun | Refused<BeginRefusal> | NotAllowed> {
  const no = unlessOffered(owner.account) ?? notAllowedNow(ports, owner, 'pair-device');
  if (no) return no;
  const key = owner.account.id;
  const wait = await takeOrWait(ports, [
    { budget: 'pairings-per-account', key },
    { budget: 'changes-per-account', key },
  ]);
  if (wait) return wait;
  return inAct(ports, owner, 'pair-device', async (tx, { account, now }) => {
    const closed = unlessOffered(account);
    if (closed) return closed;
    const id = ports.crypto.uuid();
    const made = pairingKeyFrom(ports.crypto.randomBytes(PAIRING_KEY_LENGTH));
    await tx.pairings.endOpen(account.id, 'replaced', now);
    await tx.pairings.begin({
      id,
      accountId: account.id,
      sessionHash: ports.crypto.hashToken(owner.session.uid),
      keyHash: ports.crypto.hashToken(made),
      createdAt: now,
      expiresAt: now + account.policy.pairing.lifetime * 1000,
    });
    await recordPairing(tx, account, owner.visitor, 'pairing.begun', id);
    return { outcome: 'begun', id, key: made };
  });
}
