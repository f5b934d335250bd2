import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Act, type ActingSession, decideAct } from '../../src/domain/act.ts';
import { assurance } from '../../src/domain/assurance.ts';
import type { HeldEmergencyCode, Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import {
  barOf,
  EMERGENCY_CODE_BYTES,
  emergencyCodeFrom,
  highestAcrOf,
  parseEmergencyCode,
  REPAIR_MS,
  repairOf,
} from '../../src/domain/emergency-code.ts';
import { isLastRequired } from '../../src/domain/last-factor.ts';
import { type Goal, type Policy, policySchema } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Proof, ProofKind } from '../../src/domain/proof.ts';
import { grouped } from '../../src/domain/spoken-code.ts';
import { complete, NOW, passkey, password, phone, proof, proofs, totp } from './account.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const bytes = fc.uint8Array({ minLength: EMERGENCY_CODE_BYTES, maxLength: EMERGENCY_CODE_BYTES });
const codes = bytes.map(emergencyCodeFrom);
const place = fc.nat({ max: 15 });

describe('emergency code', () => {
  it('has at least 60 random bits in four groups and is read back as it was made', () => {
    expect(EMERGENCY_CODE_BYTES * 5).toBeGreaterThanOrEqual(60);
    fc.assert(
      fc.property(codes, (code) => {
        expect(grouped(code)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
        expect(parseEmergencyCode(grouped(code))).toEqual({ code });
      }),
    );
  });

  it('forgives case, spaces, hyphens of any kind and look-alike letters', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const sloppy = grouped(code).toLowerCase().replaceAll('-', ' – ').replaceAll('0', 'o').replaceAll('1', 'l');
        expect(parseEmergencyCode(`  ${sloppy}\u00a0`)).toEqual({ code });
        expect(parseEmergencyCode(code.replaceAll('1', 'I').replaceAll('V', 'u'))).toEqual({ code });
      }),
    );
  });

  it('finds every single slip and every swap of two', () => {
    fc.assert(
      fc.property(codes, place, place, fc.integer({ min: 1, max: 31 }), (code, a, b, shift) => {
        const wrong = ALPHABET.charAt((ALPHABET.indexOf(code.charAt(a)) + shift) % 32);
        expect(parseEmergencyCode(code.slice(0, a) + wrong + code.slice(a + 1))).toEqual({ fault: 'slip' });
        fc.pre(code.charAt(a) !== code.charAt(b));
        const letters = Array.from(code);
        [letters[a], letters[b]] = [letters[b] ?? '', letters[a] ?? ''];
        expect(parseEmergencyCode(letters.join(''))).toEqual({ fault: 'slip' });
      }),
    );
  });

  it.each(['', '123456', 'A'.repeat(15), 'A'.repeat(17), `${'A'.repeat(15)}*`, '١'.repeat(16)])('is not %j', (typed) =>
    expect(parseEmergencyCode(typed)).toEqual({ fault: 'not-an-emergency-code' }),
  );
});

describe('what bounds a code', () => {
  const bounds = { usesLeft: 1, validFrom: NOW, expiresAt: NOW + 1000, clients: null };
  it.each([
    [bounds, 'app', NOW, undefined],
    [bounds, null, NOW + 999, undefined],
    [bounds, 'app', NOW + 1000, 'expired'],
    [bounds, 'app', NOW - 1, 'not-yet'],
    [{ ...bounds, usesLeft: 0 }, 'app', NOW, 'spent'],
    [{ ...bounds, clients: ['app'] }, 'app', NOW, undefined],
    [{ ...bounds, clients: ['app'] }, 'other', NOW, 'other-application'],
    [{ ...bounds, clients: ['app'] }, null, NOW, 'other-application'],
  ] as const)('%j for %j at %d: %j', (code, client, now, bar) => expect(barOf(code, client, now)).toBe(bar));

  it('reaches no more than the policy in force gives, whatever it was made with', () => {
    expect(highestAcrOf(PRESETS['password-sms'], 'urn:regain:acr:2', 'operator')).toBe('urn:regain:acr:1');
    expect(highestAcrOf(PRESETS.strict, 'urn:regain:acr:2', 'operator')).toBe('urn:regain:acr:2');
    expect(highestAcrOf(PRESETS.strict, 'urn:regain:acr:1', 'operator')).toBe('urn:regain:acr:1');
    expect(highestAcrOf(PRESETS.strict, 'urn:regain:acr:2', 'owner')).toBe('urn:regain:acr:1');
  });

  it('never stands in for a passkey: a policy that says so is none', () => {
    const { emergencyCode } = PRESETS.strict;
    const wrong = { ...PRESETS.strict, emergencyCode: { ...emergencyCode, acr: 'phr' } };
    expect(policySchema.safeParse(wrong).success).toBe(false);
  });
});

const code: HeldEmergencyCode = { id: 'emergency', highestAcr: 'urn:regain:acr:1', madeBy: 'operator' };
const lost: Standing = { ...complete, credentials: [password], emergencyCode: code };
const strong: Standing = { ...lost, emergencyCode: { ...code, highestAcr: 'urn:regain:acr:2' } };

const said = (policy: Policy, standing: Standing, goal: Goal, given: Proof[], atLeast?: 'urn:regain:acr:2') => {
  const verdict = decide(policy, standing, atLeast ? { goal, atLeast } : { goal }, given, NOW);
  if (verdict.verdict === 'ask') return `ask ${verdict.options.join(' or ')}`;
  if (verdict.verdict === 'allow') return `allow ${verdict.route}: ${verdict.effects.join(', ')}`;
  return verdict.verdict === 'wait' ? 'wait' : `refuse ${verdict.reasons.join(', ')}`;
};
const typed = (acr: Proof['highestAcr'] = 'urn:regain:acr:1', madeBy: Proof['madeBy'] = 'operator'): Proof => ({
  ...proof('emergency-code'),
  ...(acr && { highestAcr: acr }),
  ...(madeBy && { madeBy }),
});

describe('at a sign-in', () => {
  const trustid = PRESETS['password-sms'];
  it.each<[string, Policy, Standing, Proof[], string]>([
    [
      'asks for it after the password, beside what is held',
      trustid,
      { ...complete, emergencyCode: code },
      proofs('password'),
      'ask totp or emergency-code',
    ],
    ['asks for it where nothing else is left', trustid, lost, proofs('password'), 'ask emergency-code'],
    ['asks for the password first', trustid, lost, [], 'ask password'],
    [
      'opens a repair window',
      trustid,
      lost,
      [proof('password'), typed()],
      'allow password-and-emergency-code: open-session, open-repair-window',
    ],
    ['is nothing without the password', trustid, lost, [typed()], 'ask password'],
    [
      'is nothing where none is out',
      trustid,
      { ...lost, emergencyCode: null },
      [proof('password'), typed()],
      'refuse needs-second-factor',
    ],
    [
      'is nothing by another code',
      trustid,
      { ...lost, emergencyCode: { ...code, id: 'newer' } },
      [proof('password'), typed()],
      'ask emergency-code',
    ],
    [
      'is not asked of who never had a second factor',
      trustid,
      { ...lost, boundToSecondFactor: false },
      proofs('password'),
      'allow password-alone: enrol-first-second-factor, open-session',
    ],
    [
      'is nothing for a suspended account',
      trustid,
      { ...lost, suspended: true },
      [proof('password'), typed()],
      'refuse account-suspended',
    ],
  ])('%s', (_, policy, standing, given, expected) => expect(said(policy, standing, 'sign-in', given)).toBe(expected));

  it('never steps up to more than it carries', () => {
    expect(said(trustid, lost, 'sign-in', [proof('password'), typed()], 'urn:regain:acr:2')).toMatch(/^refuse/);
    expect(said(trustid, lost, 'sign-in', proofs('password'), 'urn:regain:acr:2')).toMatch(/^refuse/);
    expect(said(trustid, strong, 'sign-in', proofs('password'), 'urn:regain:acr:2')).toBe('ask emergency-code');
    const given = [proof('password'), typed('urn:regain:acr:2')];
    expect(said(trustid, strong, 'sign-in', given, 'urn:regain:acr:2')).toMatch(/^allow/);
  });

  it('is no second factor that lets the last one go', () => {
    expect(isLastRequired(trustid, { ...complete, emergencyCode: code }, totp.id, NOW)).toBe(true);
  });
});

it('A35 is no proof in any recovery, under any preset, whatever else is given', () => {
  const goals = fc.constantFrom<Goal>(
    'reset-password',
    'reset-second-factor',
    'reset-both',
    'lift-freeze',
    'emergency-code',
  );
  const kinds = fc.uniqueArray(
    fc.constantFrom<ProofKind>('password', 'totp', 'sms-code', 'email-code', 'restore-code'),
  );
  const presets = fc.constantFrom<Policy>(...Object.values(PRESETS));
  const with_ = { ...complete, contacts: [...complete.contacts, phone], emergencyCode: code };
  fc.assert(
    fc.property(presets, goals, kinds, (policy, goal, given) => {
      const alone = said(policy, with_, goal, proofs(...given));
      expect(said(policy, with_, goal, [...proofs(...given), typed()])).toBe(alone);
      expect(alone).not.toContain('emergency-code or');
      expect(alone).not.toContain('ask emergency-code');
    }),
  );
});

it('a policy that asks for it in a recovery, or without the password, is none', () => {
  const { routes } = PRESETS['password-sms'];
  const inRecovery = { ...routes, 'reset-password': [{ id: 'x', proofs: ['password', 'emergency-code'] }] };
  const alone = { ...routes, 'sign-in': [{ id: 'x', proofs: ['emergency-code'] }] };
  for (const wrong of [inRecovery, alone])
    expect(policySchema.safeParse({ ...PRESETS['password-sms'], routes: wrong }).success).toBe(false);
});

describe('making one', () => {
  const preset = PRESETS['emergency-code'];
  it.each<[string, Policy, Standing, ProofKind[], string]>([
    ['begins with the password', preset, complete, [], 'ask password'],
    ['by SMS or by e-mail', preset, complete, ['password'], 'ask sms-code or email-code'],
    ['by SMS', preset, complete, ['password', 'sms-code'], 'allow password-and-sms: issue-emergency-code'],
    ['by e-mail', preset, complete, ['password', 'email-code'], 'allow password-and-email: issue-emergency-code'],
    ['not by both inboxes alone', preset, complete, ['sms-code', 'email-code'], 'ask password'],
    ['not where it is not offered', PRESETS['password-sms'], complete, ['password', 'email-code'], 'refuse no-route'],
    [
      'not by who never had a second factor',
      preset,
      { ...complete, boundToSecondFactor: false, credentials: [password] },
      [],
      'refuse no-route',
    ],
    [
      'not by a password that a recovery set',
      preset,
      { ...complete, credentials: [{ ...password, unsettledUntil: NOW + 1 }, totp] },
      [],
      'wait',
    ],
    [
      'not where nobody recovers alone',
      { ...preset, selfRecovery: false },
      complete,
      ['password', 'email-code'],
      'refuse recovery-off',
    ],
  ])('%s', (_, policy, standing, given, expected) =>
    expect(said(policy, standing, 'emergency-code', proofs(...given))).toBe(expected),
  );
});

describe('what a sign-in with it is worth (CONTRACT "Tokens")', () => {
  const CODE = 'urn:regain:amr:emergency-code';
  it.each<[string, Proof[], string, string[]]>([
    ['class 1', [proof('password'), typed()], 'urn:regain:acr:1', ['pwd', CODE]],
    ['what it carries', [proof('password'), typed('urn:regain:acr:2')], 'urn:regain:acr:2', ['pwd', CODE, 'mfa']],
    [
      'no mfa by one of one’s own',
      [proof('password'), typed('urn:regain:acr:2', 'owner')],
      'urn:regain:acr:2',
      ['pwd', CODE],
    ],
    ['never phr', [proof('password'), typed('phr')], 'urn:regain:acr:2', ['pwd', CODE, 'mfa']],
    ['nothing alone', [typed('urn:regain:acr:2')], 'urn:regain:acr:1', [CODE]],
    [
      'what the others are worth, beside it',
      [...proofs('password', 'totp'), typed()],
      'urn:regain:acr:2',
      ['pwd', 'otp', CODE, 'mfa'],
    ],
  ])('%s', (_, given, acr, amr) => expect(assurance(given)).toEqual({ acr, amr, at: NOW }));
});

const opened = (by: 'owner' | 'operator', ago: number): ActingSession => ({
  acr: 'urn:regain:acr:1',
  at: NOW - ago,
  repair: repairOf([proof('password', NOW - ago), { ...typed(undefined, by), at: NOW - ago }]),
});

describe('the repair window (SPEC M4)', () => {
  const policy = PRESETS['emergency-code'];
  const may = (session: ActingSession, act: Act, recoveredAt: number | null = NOW - 60_000) =>
    decideAct(policy, { ...complete, recoveredAt }, session, act, NOW, { about: { lastRequired: true } }).verdict;

  it.each<[Act, string, string, string]>([
    // within, by the owner | within, by an operator | after 15 minutes
    ['add-factor', 'allow', 'allow', 'step-up'],
    ['switch-on', 'allow', 'allow', 'step-up'],
    ['remove-factor', 'allow', 'allow', 'wait'],
    ['change-contact', 'wait', 'allow', 'wait'],
    ['change-password', 'wait', 'wait', 'wait'],
    ['change-username', 'wait', 'wait', 'wait'],
    ['view-code', 'wait', 'wait', 'wait'],
    ['close-account', 'wait', 'wait', 'wait'],
    ['export-data', 'wait', 'wait', 'wait'],
    ['take-away', 'allow', 'allow', 'allow'],
  ])('%s: %s when self-made, %s by an operator, then %s', (act, own, operators, after) => {
    expect(may(opened('owner', REPAIR_MS - 1), act)).toBe(own);
    expect(may(opened('operator', REPAIR_MS - 1), act)).toBe(operators);
    expect(may(opened('owner', REPAIR_MS), act)).toBe(after);
    expect(may(opened('operator', REPAIR_MS), act)).toBe(after);
  });

  it('an operator’s code opens nothing else, also where nothing cools down', () => {
    for (const act of ['change-password', 'change-username', 'view-code', 'close-account', 'export-data'] as const)
      expect(may(opened('operator', 0), act, null)).toBe('step-up');
  });

  it('is none in any other session', () => {
    expect(repairOf(proofs('password', 'totp'))).toBeNull();
    expect(repairOf([])).toBeNull();
    expect(may({ acr: 'urn:regain:acr:1', at: NOW, repair: null }, 'add-factor')).toBe('step-up');
  });

  it('dates from the code, not from what else the session stands on', () => {
    const long = [proof('password', NOW - 3_600_000), { ...typed(), at: NOW - REPAIR_MS }, proof('totp', NOW)];
    expect(repairOf(long)).toEqual({ until: NOW, by: 'operator' });
  });
});

it('a passkey that is held is asked beside it, and says nothing of it', () => {
  const standing = { ...lost, credentials: [password, passkey] };
  expect(said(PRESETS.strict, standing, 'sign-in', proofs('password'))).toBe('ask passkey or emergency-code');
});
