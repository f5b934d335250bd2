import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Goal, Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { ProofKind } from '../../src/domain/proof.ts';
import type { Aim, Verdict } from '../../src/domain/verdict.ts';
import { complete, email, fresh, NOW, passkey, password, phone, proofs, totp } from './account.ts';

const trustid = PRESETS['password-sms'];
const { strict } = PRESETS;

/** A verdict in one line, so that the tables below can be read. */
function said(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'allow':
      return `allow ${verdict.route}`;
    case 'ask':
      return `ask ${verdict.options.join(' or ')}`;
    case 'wait':
      return `wait ${verdict.why}`;
    case 'refuse':
      return `refuse ${verdict.reasons.join(', ')}`;
  }
}

const on = (policy: Policy, standing: Standing, goal: Goal, given: ProofKind[], more: Partial<Aim> = {}) =>
  said(decide(policy, standing, { goal, ...more }, proofs(...given), NOW));

describe('password-sms: signing in', () => {
  it.each<[string, Standing, ProofKind[], string]>([
    ['asks for password, or a passkey that is not there', complete, [], 'ask password'],
    ['asks for the second factor after the password', complete, ['password'], 'ask totp'],
    ['lets in with both', complete, ['password', 'totp'], 'allow password-and-second-factor'],
    [
      'offers each factor held',
      { ...complete, credentials: [password, totp, passkey] },
      ['password'],
      'ask totp or passkey',
    ],
    [
      'takes a passkey with user verification alone',
      { ...complete, credentials: [password, passkey] },
      ['passkey-uv'],
      'allow passkey-alone',
    ],
    [
      'takes no passkey without user verification alone',
      { ...complete, credentials: [password, passkey] },
      ['passkey'],
      'ask password',
    ],
    ['does not count SMS as a second factor', complete, ['password', 'sms-code'], 'ask totp'],
    ['lets a never enrolled account in, to enrol first', fresh, ['password'], 'allow password-alone'],
    [
      'never lets one that lost its factors enrol instead',
      { ...complete, credentials: [password] },
      ['password'],
      'refuse needs-second-factor',
    ],
    [
      'refuses a suspended account whatever it proves',
      { ...complete, suspended: true },
      ['password', 'totp'],
      'refuse account-suspended',
    ],
  ])('%s', (_, standing, given, verdict) => {
    expect(on(trustid, standing, 'sign-in', given)).toBe(verdict);
  });

  it('owes a first second factor before the session opens', () => {
    expect(decide(trustid, fresh, { goal: 'sign-in' }, proofs('password'), NOW)).toMatchObject({
      effects: ['enrol-first-second-factor', 'open-session'],
    });
    expect(decide(trustid, complete, { goal: 'sign-in' }, proofs('password', 'totp'), NOW)).toMatchObject({
      effects: ['open-session'],
    });
  });

  it.each<[string, Standing, Aim['atLeast'], ProofKind[], string]>([
    [
      'phr asks for a passkey beside the password',
      { ...complete, credentials: [password, totp, passkey] },
      'phr',
      ['password', 'totp'],
      'ask passkey',
    ],
    ['phr is out of reach without a passkey', complete, 'phr', ['password'], 'refuse needs-second-factor'],
    [
      'class 2 is met by the app',
      complete,
      'urn:regain:acr:2',
      ['password', 'totp'],
      'allow password-and-second-factor',
    ],
    ['class 2 after a recovery asks for the new factor', complete, 'urn:regain:acr:2', ['password'], 'ask totp'],
    [
      'class 2 is out of reach for a never enrolled account',
      fresh,
      'urn:regain:acr:2',
      ['password'],
      'refuse needs-second-factor',
    ],
  ])('step-up: %s', (_, standing, atLeast, given, verdict) => {
    expect(on(trustid, standing, 'sign-in', given, atLeast ? { atLeast } : {})).toBe(verdict);
  });
});

it('binds an account by its verified phone where the policy counts SMS: neither mailbox nor password alone gets in', () => {
  const counting = {
    ...trustid,
    secondFactor: { ...trustid.secondFactor, kinds: ['totp' as const, 'sms-code' as const] },
  };
  expect(on(counting, fresh, 'sign-in', ['password'])).toBe('ask sms-code');
  expect(on(counting, fresh, 'reset-password', ['email-code'])).toBe('ask sms-code');
  expect(on(counting, { ...fresh, contacts: [email] }, 'sign-in', ['password'])).toBe('allow password-alone');
});

describe('password-sms: recovering (SPEC T4–T10)', () => {
  const soon = NOW + 60_000;
  it.each<[string, Goal, Standing, ProofKind[], string]>([
    [
      'T5 the second factor: after the link, the password',
      'reset-second-factor',
      complete,
      ['email-code'],
      'ask password',
    ],
    ['T6 then the code by SMS', 'reset-second-factor', complete, ['email-code', 'password'], 'ask sms-code'],
    [
      'T7 then the new factor',
      'reset-second-factor',
      complete,
      ['email-code', 'password', 'sms-code'],
      'allow link-password-sms',
    ],
    [
      'works when every factor is gone',
      'reset-second-factor',
      { ...complete, credentials: [password] },
      ['email-code', 'password', 'sms-code'],
      'allow link-password-sms',
    ],
    ['the link alone is never enough beside a second factor', 'reset-password', complete, ['email-code'], 'ask totp'],
    [
      'T10 link and second factor set a password',
      'reset-password',
      complete,
      ['email-code', 'totp'],
      'allow link-and-second-factor',
    ],
    ['a link resets the password of a one-factor account', 'reset-password', fresh, ['email-code'], 'allow link-alone'],
    [
      'a one-factor account has no second factor to reset',
      'reset-second-factor',
      fresh,
      ['email-code'],
      'refuse no-route',
    ],
    [
      'no phone: says what is lacking',
      'reset-second-factor',
      { ...complete, contacts: [email] },
      ['email-code'],
      'refuse needs-verified-phone',
    ],
    [
      'an unverified phone is none',
      'reset-second-factor',
      { ...complete, contacts: [email, { ...phone, verified: false }] },
      ['email-code'],
      'refuse needs-verified-phone',
    ],
    [
      'no gateway: closed, not skipped',
      'reset-second-factor',
      { ...complete, closed: ['sms-code'] },
      ['email-code', 'password'],
      'refuse sms-unavailable',
    ],
    [
      'a new phone number does not count yet',
      'reset-second-factor',
      { ...complete, contacts: [email, { ...phone, countsFrom: soon }] },
      ['email-code'],
      'wait contact-changed-recently',
    ],
    [
      'A35 a password from a recovery is no proof in the next',
      'reset-second-factor',
      { ...complete, credentials: [{ ...password, unsettledUntil: soon }, totp] },
      ['email-code', 'password', 'sms-code'],
      'wait recovered-recently',
    ],
    [
      'A35 nor is a factor from a recovery',
      'reset-password',
      { ...complete, credentials: [password, { ...totp, unsettledUntil: soon }] },
      ['email-code', 'totp'],
      'wait recovered-recently',
    ],
    ['both lost: the preset has no route', 'reset-both', complete, ['email-code', 'sms-code'], 'refuse no-route'],
    [
      'both factors gone: the password cannot be reset by mail',
      'reset-password',
      { ...complete, credentials: [password] },
      ['email-code'],
      'refuse needs-second-factor',
    ],
  ])('%s', (_, goal, standing, given, verdict) => {
    expect(on(trustid, standing, goal, given)).toBe(verdict);
  });

  it('signs in with what a recovery set, though it is no proof in another', () => {
    const recovered = { ...complete, credentials: [password, { ...totp, unsettledUntil: soon }] };
    expect(on(trustid, recovered, 'sign-in', ['password', 'totp'])).toBe('allow password-and-second-factor');
  });

  it('does what T8 says, and opens no session after a password reset', () => {
    expect(
      decide(trustid, complete, { goal: 'reset-second-factor' }, proofs('email-code', 'password', 'sms-code'), NOW),
    ).toMatchObject({
      effects: ['replace-second-factors', 'end-sessions', 'open-recovered-session'],
    });
    expect(decide(trustid, complete, { goal: 'reset-password' }, proofs('email-code', 'totp'), NOW)).toMatchObject({
      effects: ['set-password', 'end-sessions'],
    });
  });

  it('says the steps of the way it offers, done and to do', () => {
    expect(decide(trustid, complete, { goal: 'reset-second-factor' }, proofs('email-code'), NOW)).toMatchObject({
      steps: [
        { proof: 'email-code', done: true },
        { proof: 'password', done: false },
        { proof: 'sms-code', done: false },
      ],
    });
  });

  it('counts no proof whose credential is gone or disabled, nor one by somebody else’s', () => {
    const gone = { ...complete, credentials: [password, { ...totp, state: 'disabled' as const }] };
    expect(on(trustid, gone, 'sign-in', ['password', 'totp'])).toBe('refuse needs-second-factor');
    const foreign = [{ kind: 'password', at: NOW, by: 'another-account' }, ...proofs('totp')] as const;
    expect(said(decide(trustid, complete, { goal: 'sign-in' }, foreign, NOW))).toBe('ask password');
  });
});

describe('strict', () => {
  const two = { ...complete, credentials: [password, totp, passkey] };
  it.each<[string, Goal, Standing, ProofKind[], string]>([
    [
      'no one-factor account is recovered by mail',
      'reset-password',
      fresh,
      ['email-code'],
      'refuse needs-second-factor',
    ],
    [
      'link and a factor still held set a password',
      'reset-password',
      complete,
      ['email-code', 'totp'],
      'allow link-and-second-factor',
    ],
    [
      'password, SMS and link replace the factors',
      'reset-second-factor',
      complete,
      ['email-code', 'password', 'sms-code'],
      'allow link-password-sms',
    ],
    [
      'another factor held serves in place of SMS',
      'reset-second-factor',
      two,
      ['email-code', 'password', 'passkey'],
      'allow link-password-held-factor',
    ],
    [
      'both inboxes together are not enough',
      'reset-second-factor',
      complete,
      ['email-code', 'sms-code'],
      'ask password',
    ],
  ])('%s', (_, goal, standing, given, verdict) => {
    expect(on(strict, standing, goal, given)).toBe(verdict);
  });
});

it('refuses every recovery where the organization has not switched it on', () => {
  for (const goal of ['reset-password', 'reset-second-factor', 'reset-both'] as const) {
    expect(on(PRESETS.off, complete, goal, ['email-code', 'password', 'sms-code', 'totp'])).toBe('refuse recovery-off');
  }
  expect(on(PRESETS.off, complete, 'sign-in', ['password', 'totp'])).toBe('allow password-and-second-factor');
});

describe('invitation', () => {
  it('starts an account, and never serves one that is bound', () => {
    const invited = { ...fresh, credentials: [], contacts: [{ ...email, verified: false }] };
    expect(on(trustid, invited, 'accept-invitation', ['invitation'])).toBe('allow invitation-link');
    expect(on(trustid, complete, 'accept-invitation', ['invitation'])).toBe('refuse no-route');
  });
});

describe('S13 a phone that was switched off, where a code by SMS is a second factor', () => {
  const kinds: Policy['secondFactor']['kinds'] = ['totp', 'passkey', 'sms-code'];
  const bySms: Policy = { ...trustid, secondFactor: { required: true, kinds } };
  const off = { ...phone, off: true };
  const spare = { ...phone, id: 'spare' };
  const lost: Standing = { ...complete, credentials: [password], contacts: [email, off] };

  it.each<[string, Goal, Standing, ProofKind[], string]>([
    ['signs in no more', 'sign-in', lost, ['password', 'sms-code'], 'refuse needs-second-factor'],
    ['is offered no more', 'sign-in', { ...lost, credentials: [password, totp] }, ['password'], 'ask totp'],
    [
      'leaves another number in use',
      'sign-in',
      { ...lost, contacts: [email, off, spare] },
      ['password'],
      'ask sms-code',
    ],
    [
      'still binds: no password alone, no first factor to enrol',
      'sign-in',
      { ...lost, boundToSecondFactor: false },
      ['password'],
      'refuse needs-second-factor',
    ],
    [
      'A26 counts in the recovery that asks for its number',
      'reset-second-factor',
      lost,
      ['email-code', 'password', 'sms-code'],
      'allow link-password-sms',
    ],
    [
      'is no second factor in a recovery of the password',
      'reset-password',
      lost,
      ['email-code', 'sms-code'],
      'refuse needs-second-factor',
    ],
    [
      'which another number is',
      'reset-password',
      { ...lost, contacts: [email, off, { ...spare, id: 'phone', off: false }] },
      ['email-code', 'sms-code'],
      'allow link-and-second-factor',
    ],
    [
      'and not by the one that is off',
      'reset-password',
      { ...lost, contacts: [email, off, spare] },
      ['email-code', 'sms-code'],
      'ask sms-code',
    ],
  ])('%s', (_, goal, standing, given, verdict) => {
    expect(on(bySms, standing, goal, given)).toBe(verdict);
  });
});

describe('a passkey as a mere possession, where two factors are asked for', () => {
  const policy: Policy = {
    ...trustid,
    routes: {
      ...trustid.routes,
      'sign-in': [{ id: 'any-passkey', proofs: ['passkey'] }, ...trustid.routes['sign-in']],
    },
  };
  const aim = { atLeast: 'urn:regain:acr:2' } as const;
  const holder: Standing = { ...complete, credentials: [password, totp, passkey] };

  it('is asked for, since it may verify its user', () => {
    expect(on(policy, holder, 'sign-in', [], aim)).toBe('ask passkey or passkey-uv or password');
    expect(on(policy, holder, 'sign-in', ['passkey-uv'], aim)).toBe('allow any-passkey');
  });

  it('and where it did not, another way goes on', () => {
    expect(on(policy, holder, 'sign-in', ['passkey'], aim)).toBe('ask password');
  });
});
