import { describe, expect, it } from 'vitest';
import type { HeldRestoreCode, Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Goal, Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { ProofKind } from '../../src/domain/proof.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { complete, fresh, NOW, password, proofs } from './account.ts';

const preset = PRESETS['restore-code'];
const { strict } = PRESETS;
const WEEK = 7 * 86_400_000;

const code: HeldRestoreCode = { id: 'restore', byEmail: false, unsettledUntil: null };
const held: Standing = { ...complete, restoreCode: code };
/** The phone with app and number is gone, and the password forgotten. */
const bare: Standing = { ...held, credentials: [], contacts: complete.contacts.filter(({ kind }) => kind === 'email') };
const mailed: Standing = { ...bare, restoreCode: { ...code, byEmail: true } };
const unsettled: Standing = { ...bare, restoreCode: { ...code, unsettledUntil: NOW + WEEK } };
const settled: Standing = { ...bare, restoreCode: { ...code, unsettledUntil: NOW } };

function said(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'allow':
      return `allow ${verdict.route}: ${verdict.effects.join(', ')}`;
    case 'ask':
      return `ask ${verdict.options.join(' or ')}`;
    case 'wait':
      return `wait ${verdict.why}`;
    case 'refuse':
      return `refuse ${verdict.reasons.join(', ')}`;
  }
}

const on = (policy: Policy, standing: Standing, goal: Goal, given: ProofKind[]) =>
  said(decide(policy, standing, { goal }, proofs(...given), NOW));

const PASSWORD_SET = 'allow restore-code-and-link: set-password, spend-restore-code, end-sessions';
const FACTOR_SET =
  'allow restore-code-and-link: replace-second-factors, spend-restore-code, end-sessions, open-recovered-session';
const BOTH_SET = 'allow restore-code-and-link: set-password, replace-second-factors, spend-restore-code, end-sessions';

describe('restore-code: two paths, in either order', () => {
  it.each<[string, Standing, Goal, ProofKind[], string]>([
    ['a lost password', bare, 'reset-password', ['restore-code', 'email-code'], PASSWORD_SET],
    ['… the e-mail first', bare, 'reset-password', ['email-code', 'restore-code'], PASSWORD_SET],
    ['a lost second factor', bare, 'reset-second-factor', ['restore-code', 'email-code'], FACTOR_SET],
    ['both', bare, 'reset-both', ['email-code', 'restore-code'], BOTH_SET],
    ['the code alone asks for the e-mail', bare, 'reset-both', ['restore-code'], 'ask email-code'],
    ['the e-mail alone asks for the code', bare, 'reset-both', ['email-code'], 'ask restore-code'],
    ['with a phone at hand either way', held, 'reset-second-factor', ['email-code'], 'ask password or restore-code'],
    ['… and the second factor beside it', held, 'reset-password', ['email-code'], 'ask totp or restore-code'],
    [
      'without a code there is no such way',
      { ...bare, restoreCode: null },
      'reset-both',
      ['email-code'],
      'refuse needs-restore-code',
    ],
    [
      'a code that is no longer the one',
      { ...bare, restoreCode: { ...code, id: 'newer' } },
      'reset-both',
      ['email-code', 'restore-code'],
      'ask restore-code',
    ],
    ['it signs nobody in', bare, 'sign-in', ['restore-code', 'email-code'], 'refuse needs-second-factor'],
    [
      'it gives no frozen account back',
      { ...bare, frozen: { used: [], byAuthenticator: false } },
      'lift-freeze',
      ['restore-code', 'email-code'],
      'refuse needs-password, needs-second-factor',
    ],
    [
      'nor a suspended one',
      { ...bare, suspended: true },
      'reset-both',
      ['restore-code', 'email-code'],
      'refuse account-suspended',
    ],
    [
      'an account that never had a second factor needs none of it',
      { ...fresh, restoreCode: code },
      'reset-password',
      ['email-code'],
      'allow link-alone: set-password, end-sessions',
    ],
  ])('%s', (_, standing, goal, given, verdict) => {
    expect(on(preset, standing, goal, given)).toBe(verdict);
  });
});

describe('S11 a code that came by e-mail', () => {
  it.each<[string, Standing, Goal, ProofKind[], string]>([
    [
      'is no second path beside an e-mailed code',
      mailed,
      'reset-both',
      ['restore-code', 'email-code'],
      'refuse needs-restore-code',
    ],
    [
      '… not for a password either',
      mailed,
      'reset-password',
      ['restore-code', 'email-code'],
      'refuse needs-second-factor',
    ],
    [
      'is one beside the password',
      { ...mailed, credentials: [password] },
      'reset-second-factor',
      ['restore-code', 'email-code'],
      'ask password',
    ],
    [
      '… and then enough',
      { ...mailed, credentials: [password] },
      'reset-second-factor',
      ['restore-code', 'email-code', 'password'],
      FACTOR_SET.replace('link', 'password'),
    ],
  ])('%s', (_, standing, goal, given, verdict) => {
    expect(on(preset, standing, goal, given)).toBe(verdict);
  });
});

describe('A35 a code that a recovery has shown', () => {
  it.each<[string, Standing, string]>([
    ['proves nothing in another one', unsettled, 'wait recovered-recently'],
    ['until it has settled', settled, BOTH_SET],
  ])('%s', (_, standing, verdict) => {
    expect(on(preset, standing, 'reset-both', ['restore-code', 'email-code'])).toBe(verdict);
  });
});

it('S10 old devices stay where the policy says so, unless the password is lost too', () => {
  const kept: Policy = { ...preset, restoreCode: { ...preset.restoreCode, oldDevices: 'kept' } };
  const given: ProofKind[] = ['restore-code', 'email-code'];
  expect(on(kept, held, 'reset-second-factor', given)).toBe(
    FACTOR_SET.replace('replace-second-factors', 'add-second-factor'),
  );
  expect(on(kept, held, 'reset-both', given)).toBe(BOTH_SET);
  // Another way than by the code removes them as ever.
  expect(on(kept, held, 'reset-second-factor', ['email-code', 'password', 'sms-code'])).toBe(
    'allow link-password-sms: replace-second-factors, end-sessions, open-recovered-session',
  );
});

it('strict takes a saved and an issued code (REC-41), and gives nobody both at once', () => {
  expect(on(strict, held, 'reset-second-factor', ['restore-code', 'email-code'])).toBe(FACTOR_SET);
  expect(on(strict, held, 'reset-both', ['restore-code', 'email-code'])).toBe('refuse no-route');
  expect(strict.restoreCode.shownAgain).toBe(false);
});
