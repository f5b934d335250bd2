import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { type Policy, policySchema, type Route } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { proofOf } from '../../src/domain/proof-of-policy/proof-of-policy.ts';
import { complete, NOW, passkey, proofs } from './account.ts';

const SMS = PRESETS['password-sms'];
const GOAL = 'reset-second-factor';
const DAY = 86_400;
const having = (route: Omit<Route, 'id'>, goal: keyof Policy['routes'] = GOAL): Policy =>
  policySchema.parse({ ...SMS, routes: { ...SMS.routes, [goal]: [{ id: 'tried', ...route }] } });
const faultOf = (route: Omit<Route, 'id'>, goal?: keyof Policy['routes']) => {
  const checked = policySchema.safeParse({
    ...SMS,
    routes: { ...SMS.routes, [goal ?? GOAL]: [{ id: 'tried', ...route }] },
  });
  return checked.error?.issues.map(({ path, message }) => `${String(path.at(-1))}: ${message}`) ?? [];
};
const proofHaving = (ways: readonly Omit<Route, 'id'>[]) =>
  proofOf({ ...SMS, routes: { ...SMS.routes, [GOAL]: ways.map((way, at) => ({ id: `way-${at}`, ...way })) } });
const holding: Standing = { ...complete, credentials: [...complete.credentials, passkey] };
const told = (policy: Policy, standing: Standing, ...given: Parameters<typeof proofs>) => {
  const verdict = decide(policy, standing, { goal: GOAL }, proofs(...given), NOW);
  return verdict.verdict === 'ask' ? verdict.options.join(' ') : verdict.verdict;
};

describe('so many of these', () => {
  const policy = having({ proofs: ['email-code'], anyOf: { count: 2, of: ['totp', 'passkey', 'sms-code'] } });
  it.each<[Parameters<typeof proofs>, string]>([
    [[], 'email-code'],
    [['email-code'], 'totp passkey'],
    [['email-code', 'totp'], 'passkey sms-code'],
    [['email-code', 'sms-code'], 'totp passkey'],
    [['email-code', 'sms-code', 'passkey'], 'allow'],
    [['sms-code', 'passkey'], 'email-code'],
  ])('%j given: %s', (given, expected) => {
    expect(told(policy, holding, ...given)).toBe(expected);
  });

  it('only those that the account can give', () => {
    expect(told(policy, complete, 'email-code')).toBe('totp');
    expect(told(policy, { ...complete, contacts: complete.contacts.slice(0, 1) }, 'email-code')).toBe('refuse');
  });

  it.each<[string, Omit<Route, 'id'>, keyof Policy['routes'], string[]]>([
    ['nothing at all', { proofs: [] }, GOAL, ['proofs: nothing-asked']],
    ['more than there are', { proofs: [], anyOf: { count: 2, of: ['totp'] } }, GOAL, ['anyOf: any-of-count']],
    [
      'one proof for both',
      { proofs: ['second-factor'], anyOf: { count: 1, of: ['totp'] } },
      GOAL,
      ['proofs: one-for-both second-factor totp'],
    ],
    [
      'where each way is told by itself',
      { proofs: ['password'], anyOf: { count: 1, of: ['totp'] } },
      'lift-freeze',
      ['anyOf: any-of-misplaced'],
    ],
  ])('is refused: %s', (_what, route, goal, faults) => {
    expect(faultOf(route, goal)).toEqual(faults);
  });

  it('is proved as the routes that it stands for', () => {
    const chosen = proofHaving([{ proofs: ['email-code'], anyOf: { count: 1, of: ['totp', 'sms-code'] } }]);
    const written = proofHaving([{ proofs: ['email-code', 'totp'] }, { proofs: ['email-code', 'sms-code'] }]);
    const names = ({ findings }: typeof chosen) => findings.map(({ name }) => name);
    expect(names(chosen)).toContain('mailbox-and-sim-take-over');
    expect(names(chosen)).toEqual(names(written));
  });
});

describe('an address or number of some age', () => {
  const policy = having({ proofs: ['email-code', 'sms-code'], heldFor: { 'sms-code': 30 * DAY } });
  const phoneSince = (days: number): Standing => ({
    ...complete,
    contacts: complete.contacts.map((one) => (one.kind === 'phone' ? { ...one, since: NOW - days * DAY * 1000 } : one)),
  });

  it('waits until it has that age, and says until when', () => {
    const verdict = decide(policy, phoneSince(29), { goal: GOAL }, [], NOW);
    expect(verdict).toEqual({ verdict: 'wait', until: NOW + DAY * 1000, why: 'contact-changed-recently' });
    expect(told(policy, phoneSince(30))).toBe('email-code');
  });

  it('counts no code that was given by a younger one', () => {
    expect(told(policy, phoneSince(29), 'email-code', 'sms-code')).toBe('wait');
    expect(told(policy, phoneSince(30), 'email-code', 'sms-code')).toBe('allow');
  });

  it('is said of this route alone', () => {
    const others = { ...policy, routes: { ...policy.routes, [GOAL]: [...policy.routes[GOAL], ...SMS.routes[GOAL]] } };
    expect(told(others, phoneSince(1), 'email-code', 'sms-code')).toBe('password');
  });

  it.each<[string, Omit<Route, 'id'>, keyof Policy['routes']]>([
    ['of what the route does not ask for', { proofs: ['password'], heldFor: { 'sms-code': DAY } }, GOAL],
    ['at a sign-in', { proofs: ['password', 'sms-code'], heldFor: { 'sms-code': DAY } }, 'sign-in'],
  ])('is refused: %s', (_what, route, goal) => {
    expect(faultOf(route, goal)).toEqual(['heldFor: held-for-misplaced']);
  });
});
