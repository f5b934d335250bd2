import { describe, expect, it } from 'vitest';
import { type Act, CONTESTABLE_FOR_MS, withWhatFollowed } from '../../src/domain/contest.ts';
import type { Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { type Policy, policySchema } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { ProofKind } from '../../src/domain/proof.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { complete, email, fresh, NOW, passkey, password, phone, proof, proofs, totp } from './account.ts';
import { act, before, secret } from './before.ts';

const trustid = PRESETS['password-sms'];

function said(verdict: Verdict): string {
  if (verdict.verdict === 'allow') return `allow ${verdict.route}`;
  if (verdict.verdict === 'ask') return `ask ${verdict.options.join(' or ')}`;
  return verdict.verdict === 'wait' ? `wait ${verdict.why}` : `refuse ${verdict.reasons.join(', ')}`;
}

const frozen = (used: string[], byAuthenticator = false, more: Partial<Standing> = {}): Standing => ({
  ...complete,
  frozen: { used, byAuthenticator },
  ...more,
});
const lift = (standing: Standing, given: ProofKind[], policy: Policy = trustid) =>
  said(decide(policy, standing, { goal: 'lift-freeze' }, proofs(...given), NOW));

const ALL: ProofKind[] = ['email-code', 'password', 'sms-code', 'totp'];
/** A thief with mailbox, password and SIM replaced the second factor. */
const RECOVERED = ['email', 'password', 'phone'];

describe('the way back', () => {
  it.each<[string, Standing, ProofKind[], string]>([
    ['asks for the link first', frozen(RECOVERED), [], 'ask email-code'],
    ['then the password', frozen(RECOVERED), ['email-code'], 'ask password'],
    ['then the old app: the phone was used', frozen(RECOVERED), ['email-code', 'password'], 'ask totp'],
    ['is walked with it', frozen(RECOVERED), ['email-code', 'password', 'totp'], 'allow link-password-held-factor'],
    [
      'is never walked by what the contested act used',
      frozen(RECOVERED),
      ['email-code', 'password', 'sms-code'],
      'ask totp',
    ],
    [
      'says so where there is nothing else',
      frozen(RECOVERED, false, { credentials: [password] }),
      ['email-code', 'password', 'sms-code'],
      'refuse untouched-proof-needed',
    ],
    [
      'says so when everything was used, by several acts',
      frozen([...RECOVERED, 'totp'], true),
      ALL,
      'refuse untouched-proof-needed',
    ],
    [
      'a phished sign-in: link, password and the app, for the mailbox was not used',
      frozen(['password', 'totp'], true),
      ['email-code', 'password', 'totp'],
      'allow link-password-held-factor',
    ],
    [
      'a phished sign-in: mailbox, SIM and password do not undo what was done with an app',
      frozen(['password', 'totp'], true),
      ['email-code', 'password', 'sms-code'],
      'ask totp',
    ],
    [
      'a password that was reset with the app is not brought back by mailbox, SIM and the old password',
      frozen(['email', 'totp'], true, { credentials: [password] }),
      ['email-code', 'password', 'sms-code'],
      'refuse authenticator-needed',
    ],
    [
      'the thief of the phone has the link and the app, and never the password',
      frozen(['email', 'totp'], true),
      ['email-code', 'totp', 'sms-code'],
      'ask password',
    ],
    [
      'the owner of that phone has the password and another passkey',
      frozen(['email', 'totp'], true, { credentials: [password, totp, passkey] }),
      ['email-code', 'password', 'passkey'],
      'allow link-password-held-factor',
    ],
    [
      'of what nobody used (the command line) every way is good',
      frozen([]),
      ['email-code', 'password', 'sms-code'],
      'allow link-password-sms',
    ],
    [
      'an account that never held a second factor: link and password, and the act used only one of them',
      { ...fresh, frozen: { used: ['email'], byAuthenticator: false } },
      ['email-code', 'password'],
      'allow link-and-password',
    ],
    [
      'the same, when the act used both',
      { ...fresh, frozen: { used: ['email', 'password'], byAuthenticator: false } },
      ['email-code', 'password'],
      'refuse untouched-proof-needed',
    ],
    ['is closed by a suspension', { ...frozen(RECOVERED), suspended: true }, ALL, 'refuse account-suspended'],
    ['is no way into an account that is not frozen', complete, ALL, 'refuse not-frozen'],
    [
      'A35 what a recovery set is no proof on it either',
      frozen(['email', 'phone'], false, { credentials: [{ ...password, unsettledUntil: NOW + 1 }, totp] }),
      ['email-code', 'password', 'totp'],
      'wait recovered-recently',
    ],
    [
      'a number that was changed lately is none',
      frozen([], false, { credentials: [password], contacts: [email, { ...phone, countsFrom: NOW + 1 }] }),
      ['email-code', 'password', 'sms-code'],
      'wait contact-changed-recently',
    ],
  ])('%s', (_, standing, given, verdict) => {
    expect(lift(standing, given)).toBe(verdict);
  });

  it('nothing else opens a frozen account', () => {
    for (const goal of ['sign-in', 'reset-password', 'reset-second-factor', 'reset-both'] as const)
      expect(said(decide(trustid, frozen(RECOVERED), { goal }, proofs(...ALL), NOW))).toBe('refuse account-frozen');
  });

  it('is closed where nobody recovers by themselves', () => {
    expect(lift(frozen(RECOVERED), ALL, PRESETS.off)).toBe('refuse recovery-off');
  });

  it('sets a new password, and a second factor where none is left', () => {
    const given = proofs('email-code', 'password', 'totp');
    expect(decide(trustid, frozen(RECOVERED), { goal: 'lift-freeze' }, given, NOW)).toMatchObject({
      effects: ['set-password', 'undo-contested', 'end-sessions'],
    });
    const bare = frozen([], false, { credentials: [password] });
    expect(
      decide(trustid, bare, { goal: 'lift-freeze' }, proofs('email-code', 'password', 'sms-code'), NOW),
    ).toMatchObject({
      effects: ['set-password', 'replace-second-factors', 'undo-contested', 'end-sessions'],
    });
  });

  it('a policy that recovers nothing by SMS has no way back by SMS, unless it says so', () => {
    const routes = {
      ...trustid.routes,
      'reset-second-factor': [{ id: 'held', proofs: ['email-code', 'password', 'second-factor'] }],
      'lift-freeze': undefined,
    };
    const silent = policySchema.parse({ ...trustid, routes });
    expect(silent.routes['lift-freeze'].map(({ id }) => id)).toEqual([
      'link-password-held-factor',
      'link-and-password',
    ]);
    const bySms = [{ id: 'by-sms', proofs: ['email-code', 'password', 'sms-code'] }];
    const stated = policySchema.parse({ ...trustid, routes: { ...routes, 'lift-freeze': bySms } });
    expect(stated.routes['lift-freeze'].map(({ id }) => id)).toEqual(['by-sms']);
  });
});

describe('the account before the contested acts', () => {
  const replaced = act('second-factor-replaced', {
    used: RECOVERED,
    added: ['totp2'],
    removed: ['totp'],
    contested: true,
  });

  it('has what they removed and not what they added', () => {
    const found = before([secret('password'), secret('totp', 'removed'), secret('totp2')], [replaced]);
    expect(found.credentials).toEqual(['password active', 'totp active']);
    expect(found.contested).toEqual([expect.objectContaining({ used: RECOVERED, byAuthenticator: false })]);
  });

  it('A36 has nothing that was reported lost', () => {
    const found = before([secret('password'), secret('totp', 'removed', NOW), secret('totp2')], [replaced]);
    expect(found.credentials).toEqual(['password active']);
  });

  it('has neither what one of them brought and another one removed', () => {
    const again = act('second-factor-replaced', {
      used: RECOVERED,
      added: ['totp3'],
      removed: ['totp2'],
      contested: true,
    });
    const held = [secret('password'), secret('totp', 'removed'), secret('totp2', 'removed'), secret('totp3')];
    expect(before(held, [replaced, again]).credentials).toEqual(['password active', 'totp active']);
  });

  it('has what is switched off or blocked as it is', () => {
    const off = act('device-switched-off', { contested: true });
    expect(before([secret('totp', 'off'), secret('passkey', 'blocked')], [off]).credentials).toEqual([
      'totp off',
      'passkey blocked',
    ]);
  });

  it('has the address that they gave up, and not the one that they added', () => {
    const moved = act('contact-added', { added: ['email2'], removed: ['email'], contested: true });
    const found = before([], [moved], {
      contacts: [{ id: 'email2' }, { id: 'phone' }],
      formerContacts: [
        { id: 'email', vetoUntil: NOW + 1 },
        { id: 'older', vetoUntil: NOW + 1 },
      ],
    });
    expect([found.contacts, found.former]).toEqual([['phone', 'email'], ['older']]);
  });

  it.each<[string, Partial<Act>, string]>([
    ['in the days before', { at: NOW - CONTESTABLE_FOR_MS + 1 }, 'passkey off'],
    ['since', { at: NOW + 1 }, 'passkey off'],
    ['longer ago', { at: NOW - CONTESTABLE_FOR_MS }, 'passkey active'],
    ['as the first second factor of the account', { kind: 'second-factor-enrolled' }, 'passkey active'],
    ['by an administrator', { used: [] }, 'passkey active'],
    ['by a way back that was walked', { kind: 'account-unfrozen' }, 'passkey active'],
  ])('nothing counts that was added %s by an act that nobody contested', (_, how, state) => {
    const added = act('second-factor-added', { added: ['passkey'], ...how });
    const found = before(
      [secret('password'), secret('totp'), secret('passkey')],
      [added, act('new-browser', { contested: true })],
    );
    expect(found.credentials).toContain(state);
  });

  it('nor what of it was removed by a contested act: it does not come back', () => {
    const added = act('second-factor-added', { added: ['passkey'] });
    const removed = act('second-factor-removed', { removed: ['passkey'], contested: true });
    const found = before([secret('password'), secret('totp'), secret('passkey', 'removed')], [added, removed]);
    expect(found.credentials).toEqual(['password active', 'totp active']);
  });

  it('a password of that time may be typed, and is no proof that it is somebody else; an address hears, and proves nothing', () => {
    const changed = act('password-changed', { added: ['password2'], removed: ['password'] });
    const moved = act('contact-added', { added: ['email2'] });
    const found = before(
      [secret('password', 'removed'), secret('password2'), secret('totp')],
      [changed, moved, act('new-browser', { contested: true })],
      { contacts: [{ id: 'email' }, { id: 'email2' }] },
    );
    expect(found.credentials).toEqual(['password2 active', 'totp active']);
    expect(found.contested[0]?.used).toEqual(['password', 'totp', 'password2', 'email2']);
    expect([found.contacts, found.former]).toEqual([['email'], ['email2']]);
  });

  it.each<[string, string[], boolean]>([
    ['an app', ['password', 'totp'], true],
    ['an app that is removed since', ['password', 'old-totp'], true],
    ['what is no longer there to be looked at', ['password', 'purged'], true],
    ['what the contested acts had added', ['password', 'totp2'], false],
    ['a password and a number', ['password', 'phone'], false],
    ['a former address', ['former'], false],
    ['nothing', [], false],
  ])('was it done with an authenticator: %s', (_, used, expected) => {
    const credentials = [secret('password'), secret('totp'), secret('old-totp', 'removed'), secret('totp2')];
    const added = act('second-factor-added', { used: [], added: ['totp2'], contested: true });
    const found = before(credentials, [added, act('new-browser', { used, contested: true })], {
      formerContacts: [{ id: 'former', vetoUntil: NOW + 1 }],
    });
    expect(found.contested.map(({ byAuthenticator }) => byAuthenticator)).toEqual([false, expected]);
  });

  it('what is gone was none where there never was a second factor', () => {
    const found = before([], [act('new-browser', { used: ['purged'], contested: true })], { bound: false });
    expect(found.contested[0]?.byAuthenticator).toBe(false);
  });
});

it('with a contested act goes what was done with what it added, and what only tells of the same', () => {
  const recovered = act('second-factor-replaced', { used: RECOVERED, added: ['totp2', 'password2'] });
  const sameAct = act('password-reset', { used: RECOVERED, added: ['totp2', 'password2'] });
  const signedIn = act('new-browser', { used: ['password2', 'totp2'] });
  const keyAdded = act('second-factor-added', { used: ['password2', 'totp2'], added: ['passkey'] });
  const keyUsed = act('contact-added', { used: ['passkey'], added: ['email2'] });
  const mine = act('new-browser', { used: ['password', 'totp'] });
  const others = [keyUsed, mine, keyAdded, signedIn, sameAct];
  expect(withWhatFollowed([recovered], others)).toEqual([recovered, keyAdded, signedIn, sameAct, keyUsed]);
  expect(withWhatFollowed([mine], [recovered, ...others])).toEqual([mine]);
});

it('a proof by something that is not the account’s is none', () => {
  const foreign = [...proofs('email-code', 'password'), { ...proof('totp'), by: 'another' }];
  expect(said(decide(trustid, frozen(RECOVERED), { goal: 'lift-freeze' }, foreign, NOW))).toBe('ask totp');
});
