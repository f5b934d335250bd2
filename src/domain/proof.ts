import type { Acr } from './acr.ts';

/** What a person can prove, and the evidence that they just did. A proof is a fact about one journey, never about an account. */

/**
 * `email-code` is the e-mailed link or the short code beside it; `invitation` the link that an administrator had sent.
 * `passkey-uv` is a passkey whose authenticator verified the user (WebAuthn UV flag); it is also a `passkey`.
 */
export const PROOF_KINDS = [
  'password',
  'totp',
  'passkey',
  'passkey-uv',
  'sms-code',
  'email-code',
  'restore-code',
  'emergency-code',
  'invitation',
] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

/** Evidence given at `at` (milliseconds since the epoch), by way of the credential or contact point `by`. */
export interface Proof {
  readonly kind: ProofKind;
  readonly at: number;
  readonly by: string;
  /** Passkeys only: the key is known to be synchronised, hence not bound to hardware (RFC 8176 `swk`). */
  readonly synced?: boolean;
  /** Emergency codes only: the class that it may reach at most, and whether its owner made it or an operator did. */
  readonly highestAcr?: Acr;
  readonly madeBy?: 'owner' | 'operator';
}

/** True when evidence of kind `given` is as good as evidence of kind `wanted`. */
export function countsAs(given: ProofKind, wanted: ProofKind): boolean {
  return given === wanted || (given === 'passkey-uv' && wanted === 'passkey');
}

/** An app or a passkey: something of the owner's own that nobody can be sent a code for. */
export function isAuthenticator(kind: ProofKind): boolean {
  return kind === 'totp' || kind === 'passkey' || kind === 'passkey-uv';
}
