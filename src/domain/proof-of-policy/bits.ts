import type { Policy } from '../policy.ts';
import type { State } from '../state.ts';
import type { Holding } from './account-kind.ts';
import type { Issued } from './thefts.ts';

/**
 * What stands on an account and what is in hand, as sets of bits: thousands of kinds and sets of losses come down to a few hundred such pairs, each
 * of which is explored once. Only what `decide` can tell apart has a bit of its own.
 */
export const BIT = {
  password: 1,
  totp: 2,
  passkey: 4,
  'passkey-uv': 8,
  'email-code': 16,
  'sms-code': 32,
  /** By SMS to a phone that was switched off. */
  'switched-off': 64,
  'restore-code': 128,
  'mailed-restore-code': 256,
  'emergency-code': 512,
  bound: 1_024,
} as const;

interface Bits {
  readonly stands: number;
  /** In the hands of its owner; a thief's passkey does not verify who uses it. */
  readonly proves: number;
}

const same = (bit: number): Bits => ({ stands: bit, proves: bit });
const verifying: Bits = { stands: BIT.passkey, proves: BIT['passkey-uv'] };

export const BITS_OF: Readonly<Record<Holding, Bits>> = {
  password: same(BIT.password),
  totp: same(BIT.totp),
  'phone-passkey': verifying,
  'computer-passkey': verifying,
  'synced-passkey': verifying,
  'security-key': same(BIT.passkey),
  'unplaced-passkey': same(BIT.passkey),
  email: same(BIT['email-code']),
  phone: same(BIT['sms-code']),
  'switched-off-phone': same(BIT['switched-off']),
  'restore-code': same(BIT['restore-code']),
  'mailed-restore-code': same(BIT['mailed-restore-code']),
};

/** The account and the hands after operators have issued what they may; a restore code takes the place of the one before. */
export function withIssued(stands: number, hands: number, { emergencyCode, restoreCode }: Issued): Bits {
  const codes = BIT['restore-code'] | BIT['mailed-restore-code'];
  const emergency = emergencyCode ? BIT['emergency-code'] : 0;
  // A code that is there already, and in hand, is no worse than one that is issued.
  const better = restoreCode === 'none' || (restoreCode === 'mailed' && (hands & BIT['restore-code']) !== 0);
  if (better) return { stands: stands | emergency, proves: hands | emergency };
  const code = restoreCode === 'told' ? BIT['restore-code'] : BIT['mailed-restore-code'];
  return { stands: (stands & ~codes) | code | emergency, proves: (hands & ~codes) | code | emergency };
}

const contact = (id: string, kind: 'email' | 'phone') => ({ id, kind, verified: true, countsFrom: 0 });

const credential = (kind: 'password' | 'totp' | 'passkey') => ({
  id: kind,
  kind,
  state: 'active' as const,
  unsettledUntil: null,
});

/** Somebody with these hands before an account on which this stands, everything settled. */
export function stateFrom(policy: Policy, stands: number, hands: number): State {
  const on = (bit: keyof typeof BIT) => (stands & BIT[bit]) !== 0;
  const inHand = (bit: keyof typeof BIT) => (hands & BIT[bit]) !== 0;
  const byEmail = on('mailed-restore-code');
  return {
    standing: {
      suspended: false,
      frozen: null,
      boundToSecondFactor: on('bound'),
      credentials: (['password', 'totp', 'passkey'] as const).filter(on).map(credential),
      contacts: [
        ...(on('email-code') ? [contact('email', 'email')] : []),
        ...(on('sms-code') ? [contact('phone', 'phone')] : []),
        ...(on('switched-off') ? [{ ...contact('phone-off', 'phone'), off: true }] : []),
      ],
      restoreCode: byEmail || on('restore-code') ? { id: 'restore-code', byEmail, unsettledUntil: null } : null,
      emergencyCode: on('emergency-code')
        ? { id: 'emergency-code', highestAcr: policy.emergencyCode.operator.acr, madeBy: 'operator' }
        : null,
      closed: [],
    },
    hands: [
      ...(['password', 'totp'] as const).filter(inHand).map((kind) => ({ kind, by: kind })),
      ...(inHand('passkey-uv') || inHand('passkey')
        ? [{ kind: inHand('passkey-uv') ? ('passkey-uv' as const) : ('passkey' as const), by: 'passkey' }]
        : []),
      ...(inHand('email-code') ? [{ kind: 'email-code' as const, by: 'email' }] : []),
      ...(inHand('sms-code') ? [{ kind: 'sms-code' as const, by: 'phone' }] : []),
      ...(inHand('switched-off') ? [{ kind: 'sms-code' as const, by: 'phone-off' }] : []),
      ...(inHand('restore-code') || inHand('mailed-restore-code')
        ? [{ kind: 'restore-code' as const, by: 'restore-code' }]
        : []),
      ...(inHand('emergency-code') ? [{ kind: 'emergency-code' as const, by: 'emergency-code' }] : []),
    ],
    session: null,
    now: 0,
  };
}
