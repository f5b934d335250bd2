import { PAIRING_CODE_DIGITS, TYPED_WITHIN_MS } from '../../domain/pairing.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports, Visitor } from '../ports.ts';
import { recordPairing } from './record-pairing.ts';
import { inPairing } from './see-pairing.ts';

export interface PairingClaimed {
  readonly outcome: 'claimed';
  readonly id: string;
  /** What this phone shows, and its owner types on the other device. */
  readonly code: string;
}

/**
 * "Add this phone": the key is used up by it, whoever else has it (ATTACKS A14), and from now on the pairing is bound to this browser (A7).
 * It gives nothing yet. `browser-blocked`: its owner has blocked this very browser.
 */
export async function claimPairing(
  ports: Ports,
  visitor: Visitor,
  key: string,
  browserHash: Buffer,
): Promise<PairingClaimed | Refused<'over' | 'browser-blocked'>> {
  return inPairing<PairingClaimed | Refused<'over' | 'browser-blocked'>>(
    ports,
    { key },
    async (tx, { pairing, account, at }, now) => {
      if (at.stage !== 'shown') return refused('over');
      const { ip, userAgent, deviceHash } = visitor;
      if (deviceHash && (await tx.devices.isBlocked(account.id, deviceHash))) return refused('browser-blocked');
      const code = ports.crypto.digits(PAIRING_CODE_DIGITS);
      const codeHash = ports.crypto.hashCode('pairing', pairing.id, code);
      const claim = { browserHash, ip, userAgent, codeHash, expiresAt: now + TYPED_WITHIN_MS };
      if (!(await tx.pairings.claim(pairing.id, claim, now))) return refused('over');
      await recordPairing(tx, account, visitor, 'pairing.claimed', pairing.id);
      return { outcome: 'claimed', id: pairing.id, code };
    },
  );
}
