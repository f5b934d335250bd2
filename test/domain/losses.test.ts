import { describe, expect, it } from 'vitest';
import { ifYouLose } from '../../src/domain/check-up.ts';
import { outlook, thingsOf } from '../../src/domain/losses.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { NOW } from './account.ts';
import { CLIMBABLE, DAY, nameOf, owner, type Possession, resting, said } from './belongings.ts';

const trustid = PRESETS['password-sms'];
const { strict, off } = PRESETS;

const lines = (policy: Policy, ...belongings: Parameters<typeof owner>) =>
  Object.fromEntries(
    ifYouLose(policy, owner(...belongings)).map(({ thing, outlook: found }) => [nameOf(thing), said(found)]),
  );

describe('the things that somebody has', () => {
  it.each<[string, Possession[], Record<string, string[]>]>([
    [
      'app and number are in the one phone; the mailbox is not',
      ['password', 'totp', 'email', 'phone'],
      { phone: ['totp', 'phone'], password: ['password'], 'mailbox email': ['email'] },
    ],
    [
      'each mailbox is one thing',
      ['password', 'email', 'secondEmail'],
      { password: ['password'], 'mailbox email': ['email'], 'mailbox secondEmail': ['secondEmail'] },
    ],
    [
      'each passkey of a computer is a computer of its own, each key a key',
      ['laptop', 'desktop', 'key'],
      {
        'computer laptop': ['laptop'],
        'computer desktop': ['desktop'],
        'security-key key': ['key'],
        'all-devices': ['laptop', 'desktop', 'key'],
      },
    ],
    ['a passkey that answers over hybrid is in the phone', ['android', 'totp'], { phone: ['totp', 'android'] }],
    [
      'a synced passkey goes with no single device, only with all of them',
      ['totp', 'cloud'],
      { phone: ['totp'], 'all-devices': ['totp', 'cloud'] },
    ],
    [
      'where nothing is known, it is lost with the phone as well as by itself',
      ['totp', 'somewhere'],
      { phone: ['totp', 'somewhere'], 'passkey-device somewhere': ['somewhere'], 'all-devices': ['totp', 'somewhere'] },
    ],
    ['nobody is told to mind what they do not have', ['password'], { password: ['password'] }],
  ])('%s', (_, has, things) => {
    const found = thingsOf(owner(has));
    expect(Object.fromEntries(found.map((thing) => [nameOf(thing), thing.takes.toSorted()]))).toEqual(
      Object.fromEntries(Object.entries(things).map(([name, takes]) => [name, takes.toSorted()])),
    );
  });

  it('leaves out what proves nothing: switched off, blocked, disabled, unverified', () => {
    for (const state of ['off', 'blocked', 'disabled', 'removed'] as const) {
      const { standing, ...rest } = owner(['password', 'totp', 'laptop']);
      const credentials = standing.credentials.map((held) => (held.kind === 'password' ? held : { ...held, state }));
      expect(thingsOf({ ...rest, standing: { ...standing, credentials } }).map(nameOf)).toEqual(['password']);
    }
    const { standing, ...rest } = owner(['password', 'email', 'phone']);
    const contacts = standing.contacts.map((held) => ({ ...held, verified: false }));
    expect(thingsOf({ ...rest, standing: { ...standing, contacts } }).map(nameOf)).toEqual(['password']);
  });

  it('takes a passkey without facts for one that may be anywhere and verifies nobody', () => {
    const belongings = { ...owner(['laptop', 'totp']), passkeys: [] };
    expect(thingsOf(belongings).map(nameOf)).toEqual(['phone', 'passkey-device laptop', 'all-devices']);
    expect(said(outlook(trustid, belongings, []))).toBe('not alone');
  });
});

describe('password-sms', () => {
  it('the phone with everything on it: not before the number works again', () => {
    expect(lines(trustid, ['password', 'totp', 'email', 'phone'])).toEqual({
      phone: 'once the number is back: reset-second-factor by email, password, phone',
      password: 'reset-password by email, totp',
      'mailbox email': 'signs in by password, totp',
    });
  });

  it('nothing but the phone and no number: not alone', () => {
    expect(lines(trustid, ['password', 'totp', 'email'])).toMatchObject({ phone: 'not alone' });
    expect(lines(trustid, ['password', 'totp', 'phone'])).toMatchObject({ phone: 'not alone', password: 'not alone' });
  });

  it('with a passkey on a computer every single loss is survived', () => {
    expect(lines(trustid, ['password', 'totp', 'email', 'phone', 'laptop'])).toEqual({
      phone: 'signs in by laptop',
      'computer laptop': 'signs in by password, totp',
      'all-devices': 'once the number is back: reset-second-factor by email, password, phone',
      password: 'signs in by laptop',
      'mailbox email': 'signs in by laptop',
    });
  });

  it('a security key is not known to verify its user: it serves beside a password, and for a new one with the mailbox', () => {
    expect(lines(trustid, ['password', 'email', 'key'])).toEqual({
      'security-key key': 'not alone',
      password: 'reset-password by email, key',
      'mailbox email': 'signs in by password, key',
    });
  });

  it('two mailboxes: either one gets the link', () => {
    expect(lines(trustid, ['password', 'totp', 'secondEmail', 'email', 'phone'])).toMatchObject({
      'mailbox email': 'signs in by password, totp',
      password: 'reset-password by secondEmail, totp',
    });
    const both = thingsOf(owner(['totp', 'email', 'secondEmail'])).filter(({ kind }) => kind === 'mailbox');
    expect(said(outlook(trustid, owner(['totp', 'email', 'secondEmail']), both))).toBe('not alone');
    expect(said(outlook(trustid, owner(['totp', 'email', 'secondEmail']), both.slice(1)))).toBe(
      'reset-password by email, totp',
    );
  });

  it('an account that never had a second factor: the link is enough', () => {
    expect(lines(trustid, ['password', 'email'], { boundToSecondFactor: false })).toEqual({
      password: 'reset-password by email',
      'mailbox email': 'signs in by password',
    });
  });

  it('without a gateway the number opens nothing', () => {
    expect(lines(trustid, ['password', 'totp', 'email', 'phone'], { closed: ['sms-code'] })).toMatchObject({
      phone: 'not alone',
    });
  });

  it('a contact that does not count yet: after waiting, and says until when', () => {
    const belongings = resting(owner(['totp', 'email']), 'email', NOW + 3 * DAY);
    expect(outlook(trustid, belongings, [])).toMatchObject({ back: 'after-waiting', until: NOW + 3 * DAY });
    expect(said(outlook(trustid, belongings, []))).toBe('after 3 days reset-password');
  });

  it('what a recovery brought signs in at once, and is no proof in another before its time', () => {
    const recovered = resting(owner(['password', 'totp', 'email']), 'totp', NOW + 7 * DAY);
    const [phone, password] = thingsOf(recovered);
    expect(said(outlook(trustid, recovered, []))).toBe('signs in by password, totp');
    expect(password && said(outlook(trustid, recovered, [password]))).toBe('after 7 days reset-password');
    expect(phone && said(outlook(trustid, recovered, [phone]))).toBe('not alone');
  });
});

describe('T10: what one recovery sets is no proof in another', () => {
  const nothingLeft = owner(['email', 'phone']);

  it('so a climb over two recoveries takes the time that it needs to settle', () => {
    expect(outlook(CLIMBABLE, nothingLeft, [])).toMatchObject({
      back: 'after-waiting',
      until: NOW + CLIMBABLE.lifetimes.settling * 1000,
      recoveries: [{ goal: 'reset-password' }, { goal: 'reset-second-factor' }],
    });
  });

  it('while a password that was there before serves at once', () => {
    expect(outlook(CLIMBABLE, owner(['password', 'email', 'phone']), [])).toMatchObject({
      back: 'alone',
      recoveries: [{ goal: 'reset-second-factor' }],
    });
  });

  it('and a full sign-in with it settles it: the next recovery needs no waiting', () => {
    const [phone] = thingsOf(owner(['totp']));
    const recovered = resting(owner(['password', 'totp', 'email', 'phone']), 'password', NOW + 7 * DAY);
    expect(phone && outlook(CLIMBABLE, recovered, [phone])).toMatchObject({
      back: 'after-waiting',
      until: NOW + 7 * DAY,
    });
    const { standing } = recovered;
    const used = {
      ...recovered,
      standing: { ...standing, credentials: owner(['password', 'totp']).standing.credentials },
    };
    expect(phone && outlook(CLIMBABLE, used, [phone])).toMatchObject({ back: 'alone' });
  });
});

describe('other policies', () => {
  it('strict: another factor held stands in for the number', () => {
    expect(lines(strict, ['password', 'totp', 'email', 'key'])).toMatchObject({
      phone: 'signs in by password, key',
      'security-key key': 'signs in by password, totp',
      'all-devices': 'not alone',
    });
  });

  it('off: signs in with what is left, recovers nothing', () => {
    expect(lines(off, ['password', 'totp', 'email', 'phone', 'laptop'])).toEqual({
      phone: 'signs in by laptop',
      'computer laptop': 'signs in by password, totp',
      'all-devices': 'not alone',
      password: 'signs in by laptop',
      'mailbox email': 'signs in by laptop',
    });
  });

  it('a session below the least class is no way back in', () => {
    const passwordOnly = owner(['password', 'email'], { boundToSecondFactor: false });
    expect(said(outlook(trustid, passwordOnly, []))).toBe('signs in by password');
    expect(said(outlook({ ...trustid, minimumAcr: 'urn:regain:acr:2' }, passwordOnly, []))).toBe('not alone');
  });

  it('suspended: nothing leads in', () => {
    expect(new Set(Object.values(lines(trustid, ['password', 'totp', 'email', 'phone'], { suspended: true })))).toEqual(
      new Set(['not alone']),
    );
  });

  it('frozen: only by the route that the contested act did not use, and then everything else', () => {
    const has: Possession[] = ['password', 'totp', 'email', 'phone'];
    expect(
      said(outlook(trustid, owner(has, { frozen: { used: ['email', 'phone'], byAuthenticator: false } }), [])),
    ).toBe('lift-freeze by email, password, totp');
    expect(said(outlook(trustid, owner(has, { frozen: { used: has, byAuthenticator: false } }), []))).toBe('not alone');
  });
});
