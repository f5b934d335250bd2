import { describe, expect, it } from 'vitest';
import { AUDIT_KINDS, type AuditKind } from '../../../src/domain/audit-event.ts';
import { LOCALES } from '../../../src/domain/message.ts';
import type { ActivityEntry } from '../../../src/flows/ports.ts';
import { translator } from '../../../src/i18n/translate.ts';
import { csvOf } from '../../../src/web/pages/account/activity/csv.ts';
import {
  adviceOn,
  GROUPS,
  isShown,
  isShownEntry,
  kindsOf,
  noticeOf,
  type ShownEntry,
} from '../../../src/web/pages/account/activity/placed.ts';
import { clientsIn, tell } from '../../../src/web/pages/account/activity/words.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

function entry(kind: AuditKind, details: ActivityEntry['details'] = {}, more: Partial<ActivityEntry> = {}): ShownEntry {
  const made: ActivityEntry = { seq: 1, at: 0, kind, actor: 'user', ip: '203.0.113.9', userAgent: FIREFOX, details };
  const whole = { ...made, ...more };
  if (!isShownEntry(whole)) throw new Error(`${kind} is not shown`);
  return whole;
}

const en = translator('en');
const CLIENTS = new Map([['c1', 'Notes']]);
const told = (...args: Parameters<typeof entry>) => tell(en, entry(...args), CLIENTS);

describe.each(LOCALES)('in %s', (locale) => {
  it('each kind that is shown has a sentence of its own', () => {
    const shown = AUDIT_KINDS.filter(isShown);
    const sentences = shown.map((kind) => tell(translator(locale), entry(kind), CLIENTS).what);
    // A second factor that a recovery replaced and one that was replaced by hand read alike.
    expect(new Set(sentences).size).toBe(shown.length);
  });
});

const described = (fields: readonly string[], more = {}) => told('account.described', { fields, ...more });

it('says whether it was the name or the language that changed, and to which one', () => {
  expect(described(['givenName', 'familyName'])).toMatchObject({ what: 'Name changed', lines: [] });
  expect(described(['locale'], { language: 'fr' })).toMatchObject({ what: 'Language changed', lines: ['Français'] });
});

it('what has nothing to do with one account, or nobody is left to read, is not shown', () => {
  expect(AUDIT_KINDS.filter((kind) => !isShown(kind))).toEqual([
    'organization.created',
    'organization.changed',
    'policy.set',
    'pilot-group.changed',
    'client.created',
    'client.changed',
    'client.secret-rotated',
    'client.suspended',
    'client.resumed',
    'client.removed',
    'api.added',
    'api.changed',
    'api.removed',
    'account.closed',
    'emergency-request.claimed',
    'emergency-code.proposed',
    'emergency-code.withdrawn',
    'audit.exported',
    'audit.verified',
    'lock-out.exported',
    'keys.rotated',
  ]);
});

it('every kind that is shown is in a group, and all groups together are everything', () => {
  const grouped = new Set(GROUPS.flatMap((group) => kindsOf(group)));
  expect([...grouped].toSorted()).toEqual([...kindsOf(undefined)].toSorted());
  expect(kindsOf('failed-tries')).toContain('recovery.proof-failed');
  expect(kindsOf('sign-ins')).not.toContain('sign-in.failed');
});

it.each([
  [
    told('sign-in.succeeded', { acr: 'urn:regain:acr:2', amr: ['pwd', 'otp', 'mfa'], client: 'c1' }),
    ['Signed in', 'With: password, authenticator app', 'Application: Notes'],
  ],
  [
    told('sign-in.succeeded', { amr: ['pop', 'swk', 'user'], client: 'regain-account' }),
    ['Signed in', 'With: passkey', 'For these account pages'],
  ],
  [told('sign-in.succeeded', { amr: ['pwd'], client: 'gone' }), ['Signed in', 'With: password']],
  [told('sign-in.failed', { method: 'password' }), ['Sign-in failed', 'Wrong password']],
  [
    told('sign-in.failed', { method: 'totp', reason: 'used-code' }),
    ['Sign-in failed', 'A code that had been used before'],
  ],
  [
    told('recovery.proof-failed', { method: 'sms-code', journey: 'j' }),
    ['A step of a recovery failed', 'Wrong code of the SMS'],
  ],
  [told('sms.sent', { journey: 'j', during: 'recovery' }), ['Code sent by SMS', 'For a recovery']],
  [told('sms.sent', { for: 'new-contact' }), ['Code sent by SMS', 'To confirm a new phone number']],
  [
    told('recovery.finished', {
      goal: 'reset-second-factor',
      proofs: ['email-code', 'password', 'sms-code'],
      set: ['totp'],
      lost: ['passkey', 'totp'],
    }),
    [
      'Second factor replaced',
      'New: authenticator app',
      'Removed: passkey, authenticator app',
      'With: link or code by e-mail, password, code by SMS',
    ],
  ],
  [told('recovery.link-opened', { by: 'code' }), ['The code in the e-mail was entered']],
  [
    told('second-factor.enrolled', { factor: 'totp' }, { actor: 'cli' }),
    ['Second factor added', 'New: authenticator app', 'By your organization'],
  ],
  [
    told('device.blocked', { device: 'd', what: 'totp', name: 'My phone', sessions_ended: 2 }),
    ['Device blocked', 'My phone', '2 sessions were ended'],
  ],
  [
    told('device.signed-out', { device: null, what: 'browser', name: null, agent: FIREFOX, sessions_ended: 1 }),
    ['Browser signed out', 'Firefox on Linux', '1 session was ended'],
  ],
  [
    told('device.switched-off', { device: 'd', what: 'totp', name: null, lost: true, sessions_ended: 0 }),
    ['Device switched off', 'Authenticator app', 'Reported lost, after the password alone'],
  ],
  [
    told('second-factor.enrolled', { factor: 'passkey', credential: 'c', name: 'Key', notice: 'n' }),
    ['Second factor added', 'Key', 'New: passkey'],
  ],
  [
    told('device.renamed', { device: 'd', what: 'passkey', name: null, to: 'Key' }),
    ['Device renamed', 'Passkey', 'New name: Key'],
  ],
  [
    told('contact.added', { contact: 'x', channel: 'email', about: 'j•••@e•••.com' }),
    ['E-mail address added', 'j•••@e•••.com'],
  ],
  [told('access.removed', { client: 'c1', name: 'Notes' }), ['Access of an application removed', 'Notes']],
  [
    told('message.failed', { channel: 'sms', template: 'code', reason: 'refused' }, { actor: 'system' }),
    ['A message to you could not be delivered', 'By SMS', 'Automatically'],
  ],
  [told('account.exported', { what: 'activity' }), ['Activity downloaded']],
])('says what happened and what was used: %j', ({ what, lines }, expected) => {
  expect([what, ...lines]).toEqual(expected);
});

it('says where and with what, and nothing where nothing is known', () => {
  expect(told('sign-in.succeeded')).toMatchObject({ where: '203.0.113.9', device: 'Firefox on Linux' });
  expect(told('sign-in.succeeded', {}, { ip: '::1' }).where).toBe('This computer');
  expect(told('account.created', {}, { ip: null, userAgent: null })).toMatchObject({ where: '', device: '' });
  expect(told('account.created', {}, { userAgent: '<b>=1+1' }).device).toBe('Unknown browser');
});

const linesOf = (details: object) =>
  tell(en, { ...entry('sign-in.succeeded'), details: { ...details } }, CLIENTS).lines;

it('A28 no detail of any shape breaks a line of the list', () => {
  const odd = { amr: 'pwd', set: null, method: ['x'], reason: true, client: 7, sessions_ended: 'many', what: 'what' };
  expect(linesOf(odd)).toEqual(['With: password']);
  expect(linesOf({ reason: 'constructor', method: '__proto__', goal: 'toString', proofs: ['valueOf'] })).toEqual([]);
});

it('names each application once', () => {
  const entries = ['c1', 'c2', 'c1'].map((client) => entry('sign-in.succeeded', { client }));
  expect(clientsIn([...entries, entry('signed-out')])).toEqual(['c1', 'c2']);
});

it.each([
  [entry('sign-in.succeeded', { notice: 'n1' }), 'n1'],
  [entry('recovery.finished', { goal: 'reset-both', notices: ['n2', 'n3'] }), 'n2'],
  [entry('sign-in.failed', { method: 'password' }), undefined],
  // The notice in it is what was contested by then; and whoever walked the way back has proven more.
  [entry('account.frozen', { notice: 'n4' }), undefined],
  [entry('recovery.finished', { goal: 'lift-freeze', notices: ['n5'] }), undefined],
  [entry('recovery.finished', { goal: 'lift-freeze', notices: ['n5', 'n6'] }), 'n6'],
  [entry('account.unfrozen', { notice: 'n7' }), undefined],
])('what can be contested: %j', (one, notice) => {
  expect(noticeOf(one)).toBe(notice);
});

it.each([
  [entry('sign-in.failed', { method: 'password' }), 'guess'],
  [entry('sign-in.failed', { method: 'totp' }), 'password-known'],
  [entry('sign-in.failed', { method: 'sms-code' }), 'password-known'],
  [entry('sign-in.failed', { reason: 'account-suspended' }), 'password-known'],
  [entry('sms.sent', { during: 'sign-in' }), 'password-known'],
  [entry('sms.sent', { during: 'recovery' }), 'mailbox'],
  [entry('sms.sent', { for: 'new-contact' }), 'signed-in'],
  [entry('recovery.begun'), 'mail-asked'],
  [entry('recovery.link-opened'), 'mailbox'],
  [entry('recovery.proof-failed', { method: 'email-code' }), 'mail-asked'],
  [entry('recovery.proof-failed', { method: 'password' }), 'mailbox'],
  [entry('contact.refused', { reason: 'wrong-code' }), 'signed-in'],
  [entry('contact.refused', { reason: 'wanted-for-another-account' }), 'mail-asked'],
  [entry('device.renamed'), 'signed-in'],
  [entry('account.suspended', {}, { actor: 'cli' }), 'organization'],
  [entry('second-factor.enrolled', {}, { actor: 'cli' }), 'organization'],
])('what it means when it was somebody else: %j', (one, advice) => {
  expect(adviceOn(one)).toBe(advice);
});

describe('a file for spreadsheets', () => {
  it('is RFC 4180 with the mark of UTF-8', () => {
    expect(
      csvOf([
        ['a', 'b "c"'],
        ['d, e', 'é\nf'],
      ]),
    ).toBe('\ufeff"a","b ""c"""\r\n"d, e","é\nf"\r\n');
  });

  it.each(['=1+1', '+41791234567', '-2', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x'])(
    'A28 %j is text, never a formula',
    (text) => {
      expect(csvOf([[text]])).toBe(`\ufeff"'${text}"\r\n`);
    },
  );

  it.each([
    ['Phone; =cmd|x', "Phone; '=cmd|x"],
    ['a;@x; -1;+2', "a;'@x; '-1;'+2"],
    ['a\t=1', "a\t'=1"],
    [`a; "=1`, `a; ""'=1`],
    ['a; ＝1', "a; '＝1"],
  ])('A28 %j holds no formula where cells end at semicolons or tabs', (text, safe) => {
    expect(csvOf([[text]])).toBe(`\ufeff"${safe}"\r\n`);
  });

  it('leaves all else as it is', () => {
    expect(csvOf([['2026-11-22 10:00:00', "it's", '', '::1', '1-2']])).toBe(
      '\ufeff"2026-11-22 10:00:00","it\'s","","::1","1-2"\r\n',
    );
  });
});
