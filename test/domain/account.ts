import type { HeldContact, HeldCredential, Standing } from '../../src/domain/credential.ts';
import type { Proof, ProofKind } from '../../src/domain/proof.ts';

/** Accounts to decide about, in words. */
export const NOW = Date.UTC(2026, 10, 22, 12);

const credential = (
  id: string,
  kind: HeldCredential['kind'],
  unsettledUntil: number | null = null,
): HeldCredential => ({
  id,
  kind,
  state: 'active',
  unsettledUntil,
});
const contact = (id: string, kind: HeldContact['kind'], verified = true, countsFrom = 0): HeldContact => ({
  id,
  kind,
  verified,
  countsFrom,
});

export const password = credential('password', 'password');
export const totp = credential('totp', 'totp');
export const passkey = credential('passkey', 'passkey');
export const email = contact('email', 'email');
export const phone = contact('phone', 'phone');

/** A person with everything that the TrustID set-up has: password, authenticator app, verified e-mail address and phone. */
export const complete: Standing = {
  suspended: false,
  frozen: null,
  boundToSecondFactor: true,
  credentials: [password, totp],
  contacts: [email, phone],
  restoreCode: null,
  emergencyCode: null,
  closed: [],
};
/** Never had a second factor. */
export const fresh: Standing = { ...complete, boundToSecondFactor: false, credentials: [password] };

const HOLDER: Record<ProofKind, string> = {
  password: 'password',
  totp: 'totp',
  passkey: 'passkey',
  'passkey-uv': 'passkey',
  'sms-code': 'phone',
  'email-code': 'email',
  'restore-code': 'restore',
  'emergency-code': 'emergency',
  invitation: 'email',
};

export const proof = (kind: ProofKind, at = NOW): Proof => ({ kind, at, by: HOLDER[kind] });
export const proofs = (...kinds: ProofKind[]): Proof[] => kinds.map((kind) => proof(kind));
