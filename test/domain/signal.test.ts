import { expect, it, test } from 'vitest';
import { AUDIT_KINDS, type AuditEvent } from '../../src/domain/audit-event.ts';
import { SIGNAL_EVENTS, signalsOf } from '../../src/domain/signal.ts';

const AT = 1_700_000_000_123;
const short = (event: string) => event.replace(/^.*secevent\/(\w+)\/event-type\//, '$1 ');
const told = (event: Omit<AuditEvent, 'actor'> & Partial<AuditEvent>) =>
  signalsOf({ actor: 'user', ...event }, AT).map((signal) => short(signal.event));

test.each<[AuditEvent['kind'], NonNullable<AuditEvent['details']>, string[]]>([
  ['account.suspended', {}, ['risc account-disabled', 'caep session-revoked']],
  ['account.frozen', {}, ['risc account-disabled', 'caep session-revoked']],
  ['account.closed', {}, ['risc account-purged']],
  ['account.re-registration-required', {}, ['risc account-credential-change-required', 'caep session-revoked']],
  ['contact.made-primary', {}, ['risc recovery-information-changed']],
  ['password.set', { sessions_ended: 0 }, ['caep credential-change']],
  ['password.set', { sessions_ended: 2 }, ['caep credential-change', 'caep session-revoked']],
  ['second-factor.removed', { what: 'totp' }, ['caep credential-change']],
  ['device.blocked', { what: 'browser', sessions_ended: 1 }, []],
  ['recovery.begun', {}, []],
  ['sign-in.succeeded', {}, []],
])('%s %o', (kind, details, signals) => {
  expect(told({ kind, details })).toEqual(signals);
});

it('says who and when as CAEP does, and what was changed in its words', () => {
  const details = { what: 'passkey' };
  const [signal] = signalsOf({ kind: 'second-factor.removed', actor: 'operator', details }, AT);
  expect(signal?.claims).toEqual({
    initiating_entity: 'admin',
    credential_type: 'fido2-roaming',
    change_type: 'delete',
    event_timestamp: 1_700_000_000,
  });
});

it('tells of one session that ended to nobody, and of all of them', () => {
  expect(told({ kind: 'sessions.ended', actor: 'system' })).toEqual([]);
  expect(told({ kind: 'sessions.ended', actor: 'operator' })).toEqual(['caep session-revoked']);
});

it('every event that can be asked for comes of some act, and no act brings another', () => {
  const details = { set: ['password'], sessions_ended: 1, what: 'totp' };
  const all = AUDIT_KINDS.flatMap((kind) => signalsOf({ kind, actor: 'operator', details }, AT));
  expect(new Set(all.map(({ event }) => event))).toEqual(new Set(SIGNAL_EVENTS));
});
