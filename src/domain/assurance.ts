import { ACR, type Acr } from './acr.ts';
import type { Proof } from './proof.ts';

export { ACR, type Acr } from './acr.ts';

export interface Assurance {
  readonly acr: Acr;
  readonly amr: readonly string[];
  /** Time of the oldest proof counted, in milliseconds: the session's `auth_time`. */
  readonly at: number;
}

/** True when a session of class `have` is good enough where `want` is asked: phr ⊃ 2 ⊃ 2-sms ⊃ 1. */
export function satisfies(have: Acr, want: Acr): boolean {
  return ACR.indexOf(have) >= ACR.indexOf(want);
}

/** The weaker of two classes. */
export function weaker(a: Acr, b: Acr): Acr {
  return satisfies(a, b) ? b : a;
}

export function isAcr(value: unknown): value is Acr {
  return ACR.some((acr) => acr === value);
}

/**
 * What a sign-in by these proofs is worth. Two *different* factors are a password and something held: two things held are
 * still one factor. E-mail never counts (NIST SP 800-63B-4, 3.1.3.1). An emergency code beside the password is worth what it carries, never
 * `phr`, and one that its owner made is no factor: never `mfa` by it. Throws when there is no proof at all.
 */
export function assurance(proofs: readonly Proof[]): Assurance {
  const amr = methods(proofs);
  const byFactors = classOf(proofs);
  const byCode = classByEmergencyCode(proofs);
  const acr = satisfies(byFactors, byCode) ? byFactors : byCode;
  const made = proofs.find(({ kind }) => kind === 'emergency-code')?.madeBy;
  const isTwo = byFactors !== 'urn:regain:acr:1' || (acr !== 'urn:regain:acr:1' && made === 'operator');
  return { acr, amr: isTwo ? [...amr, 'mfa'] : amr, at: oldest(proofs) };
}

/** What a finished recovery is worth: never `mfa`, never above class 1, whatever was proven on the way (DESIGN rule 7). */
export function recoveryAssurance(proofs: readonly Proof[]): Assurance {
  return { acr: 'urn:regain:acr:1', amr: methods(proofs), at: oldest(proofs) };
}

/**
 * The acr to put into a token: the strongest requested value that the session satisfies, else the session's own.
 * Unknown requested values are ignored.
 */
export function acrForToken(session: Acr, requested: readonly string[]): Acr {
  const met = requested.filter(isAcr).filter((acr) => satisfies(session, acr));
  return met.toSorted((a, b) => ACR.indexOf(b) - ACR.indexOf(a))[0] ?? session;
}

function classOf(proofs: readonly Proof[]): Acr {
  const has = (...kinds: Proof['kind'][]) => proofs.some((proof) => kinds.includes(proof.kind));
  if (has('passkey-uv') || (has('password') && has('passkey'))) return 'phr';
  if (has('password') && has('totp')) return 'urn:regain:acr:2';
  if (has('password') && has('sms-code')) return 'urn:regain:acr:2-sms';
  return 'urn:regain:acr:1';
}

/** What the emergency code lifts a sign-in to. Nobody vouches for more than two factors by it. */
function classByEmergencyCode(proofs: readonly Proof[]): Acr {
  const code = proofs.find(({ kind }) => kind === 'emergency-code');
  if (!code || !proofs.some(({ kind }) => kind === 'password')) return 'urn:regain:acr:1';
  return weaker(code.highestAcr ?? 'urn:regain:acr:1', 'urn:regain:acr:2');
}

/** RFC 8176 values (`pop` from OpenID EAP) and our own for what the registry lacks. */
function methods(proofs: readonly Proof[]): string[] {
  return [
    ...new Set(
      proofs.flatMap((proof) => {
        switch (proof.kind) {
          case 'password':
            return ['pwd'];
          case 'totp':
            return ['otp'];
          case 'sms-code':
            return ['sms'];
          case 'email-code':
            return ['urn:regain:amr:email'];
          case 'restore-code':
            return ['urn:regain:amr:restore-code'];
          case 'emergency-code':
            return ['urn:regain:amr:emergency-code'];
          case 'invitation':
            return [];
          case 'passkey':
            return proof.synced ? ['pop', 'swk'] : ['pop'];
          case 'passkey-uv':
            return proof.synced ? ['pop', 'swk', 'user'] : ['pop', 'user'];
        }
      }),
    ),
  ];
}

function oldest(proofs: readonly Proof[]): number {
  if (proofs.length === 0) throw new Error('assurance of no proof at all');
  return Math.min(...proofs.map((proof) => proof.at));
}
