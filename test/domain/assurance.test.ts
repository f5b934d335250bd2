import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACR, acrForToken, assurance, recoveryAssurance, satisfies } from '../../src/domain/assurance.ts';
import { PROOF_KINDS, type ProofKind } from '../../src/domain/proof.ts';
import { NOW, proof, proofs } from './account.ts';

describe('acr and amr by what was proven (CONTRACT "Tokens")', () => {
  it.each<[ProofKind[], string, string[]]>([
    [['password'], 'urn:regain:acr:1', ['pwd']],
    [['password', 'totp'], 'urn:regain:acr:2', ['pwd', 'otp', 'mfa']],
    [['password', 'sms-code'], 'urn:regain:acr:2-sms', ['pwd', 'sms', 'mfa']],
    [['password', 'sms-code', 'totp'], 'urn:regain:acr:2', ['pwd', 'sms', 'otp', 'mfa']],
    [['passkey-uv'], 'phr', ['pop', 'user', 'mfa']],
    [['password', 'passkey'], 'phr', ['pwd', 'pop', 'mfa']],
    [['passkey'], 'urn:regain:acr:1', ['pop']],
    [['passkey', 'totp'], 'urn:regain:acr:1', ['pop', 'otp']],
    [['email-code', 'sms-code'], 'urn:regain:acr:1', ['urn:regain:amr:email', 'sms']],
    [['password', 'email-code'], 'urn:regain:acr:1', ['pwd', 'urn:regain:amr:email']],
  ])('%j is %s', (given, acr, amr) => {
    expect(assurance(proofs(...given))).toEqual({ acr, amr, at: NOW });
  });

  it('says swk only of a key that is known to be synchronised', () => {
    expect(assurance([{ ...proof('passkey-uv'), synced: true }]).amr).toEqual(['pop', 'swk', 'user', 'mfa']);
  });

  it('dates a session by its oldest proof', () => {
    expect(assurance([proof('password', NOW - 500), proof('totp', NOW)]).at).toBe(NOW - 500);
  });
});

it('gives a recovery class 1 and never mfa, whatever was proven', () => {
  const some = fc.uniqueArray(fc.constantFrom(...PROOF_KINDS), { minLength: 1 });
  fc.assert(
    fc.property(some, (given) => {
      const worth = recoveryAssurance(proofs(...given));
      expect(worth.acr).toBe('urn:regain:acr:1');
      expect(worth.amr).not.toContain('mfa');
    }),
  );
});

it('orders phr above 2 above 2-sms above 1', () => {
  const ranks = ACR.map((have) => ACR.filter((want) => satisfies(have, want)).length);
  expect(ranks).toEqual([1, 2, 3, 4]);
  expect(ACR).toEqual(['urn:regain:acr:1', 'urn:regain:acr:2-sms', 'urn:regain:acr:2', 'phr']);
});

it('puts the strongest requested class that is met into the token, else the session’s own', () => {
  expect(acrForToken('phr', ['urn:regain:acr:1', 'urn:regain:acr:2'])).toBe('urn:regain:acr:2');
  expect(acrForToken('urn:regain:acr:1', ['phr'])).toBe('urn:regain:acr:1');
  expect(acrForToken('phr', [])).toBe('phr');
  expect(acrForToken('urn:regain:acr:2', ['unheard-of'])).toBe('urn:regain:acr:2');
});
