import { describe, expect, it } from 'vitest';
import { countsFrom, hearsUntil, isLastFactor, maskContact, nextPrimary } from '../../src/domain/contact.ts';
import type { Standing } from '../../src/domain/credential.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';

const policy: Policy = PRESETS['password-sms'];
const REST = policy.lifetimes.contactRest * 1000;
const NOW = 1_800_000_000_000;
const resting = (contactRest: number): Policy => ({ ...policy, lifetimes: { ...policy.lifetimes, contactRest } });
const contact = (id: string, more: object = {}) => ({
  id,
  kind: 'email' as const,
  verifiedAt: 1,
  primary: false,
  countsFrom: 0,
  ...more,
});

it('masks both kinds', () => {
  expect(maskContact({ kind: 'email', value: 'jane@example.org' })).toBe('j•••@e•••.org');
  expect(maskContact({ kind: 'phone', value: '+41791234567' })).toBe('•• 67');
});

it.each([
  ['the first of its kind', 'email', [], [], NOW],
  ['the first verified one', 'email', [contact('a', { verifiedAt: null })], [], NOW],
  ['the first of its kind beside another kind', 'phone', [contact('a')], [], NOW],
  ['a second one', 'email', [contact('a')], [], NOW + REST],
  ['in place of one that may still veto', 'phone', [], [{ kind: 'phone', vetoUntil: NOW + 1 }], NOW + REST],
  ['after that one’s time', 'phone', [], [{ kind: 'phone', vetoUntil: NOW }], NOW],
  ['beside another kind that may still veto', 'email', [], [{ kind: 'phone', vetoUntil: NOW + 1 }], NOW],
] as const)('counts: %s', (_, kind, held, givenUp, from) => {
  expect(countsFrom(policy, kind, held, givenUp, NOW)).toBe(from);
});

it('one that is given up hears at least as long as a new one rests, and as long as that can be contested', () => {
  expect(hearsUntil(resting(3_600), NOW)).toBe(NOW + 7 * 86_400_000);
  expect(hearsUntil(resting(30 * 86_400), NOW)).toBe(NOW + 30 * 86_400_000);
});

it('the next primary one is verified, of the same kind, and counts if any does', () => {
  const gone = contact('gone', { primary: true });
  const rests = contact('rests', { countsFrom: NOW + 1 });
  const counts = contact('counts', { countsFrom: NOW });
  expect(nextPrimary([gone, rests, counts], gone, NOW)).toBe(counts);
  expect(nextPrimary([gone, rests], gone, NOW)).toBe(rests);
  expect(nextPrimary([gone, contact('b', { verifiedAt: null }), contact('c', { kind: 'phone' })], gone, NOW)).toBe(
    undefined,
  );
});

describe('the last second factor', () => {
  const standing: Standing = {
    suspended: false,
    frozen: null,
    boundToSecondFactor: false,
    credentials: [{ id: 'password', kind: 'password', state: 'active', unsettledUntil: null }],
    contacts: [{ id: 'phone', kind: 'phone', verified: true, countsFrom: 0 }],
    restoreCode: null,
    emergencyCode: null,
    closed: [],
  };
  const sms: Policy = { ...policy, secondFactor: { required: true, kinds: ['totp', 'sms-code'] } };
  const totp = { id: 'app', kind: 'totp', state: 'active', unsettledUntil: null } as const;

  it('is a phone only where codes by SMS count, and nothing else is left', () => {
    expect(isLastFactor(policy, standing, 'phone', NOW)).toBe(false);
    expect(isLastFactor(sms, standing, 'phone', NOW)).toBe(true);
    const withApp = { ...standing, credentials: [...standing.credentials, totp] };
    expect(isLastFactor(sms, withApp, 'phone', NOW)).toBe(false);
    const second = { id: 'other', kind: 'phone', verified: true, countsFrom: NOW + REST } as const;
    expect(isLastFactor(sms, { ...standing, contacts: [...standing.contacts, second] }, 'phone', NOW)).toBe(false);
  });

  it('also where none is required: whoever held one is treated as having one', () => {
    const optional: Policy = { ...sms, secondFactor: { ...sms.secondFactor, required: false } };
    expect(isLastFactor(optional, standing, 'phone', NOW)).toBe(true);
  });

  it('and where only a stronger one is good enough, a phone is not it', () => {
    const strong: Policy = { ...sms, minimumAcr: 'urn:regain:acr:2' };
    expect(isLastFactor(strong, { ...standing, credentials: [...standing.credentials, totp] }, 'phone', NOW)).toBe(
      false,
    );
  });
});
