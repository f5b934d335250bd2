import { expect, test } from 'vitest';
import { type CountedKind, lockOutReport } from '../../src/domain/lock-out-report.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Holding } from '../../src/domain/proof-of-policy/account-kind.ts';

const some = (accounts: number, policy: Policy, ...holds: Holding[]): CountedKind => ({
  kind: { holds, bound: true },
  policy,
  mayRestore: policy.restoreCode.offered,
  accounts,
});

test('X2 each kind stands where its fewest losses put it, and each cause has the one addition that helps most', () => {
  const policy = PRESETS['password-sms'];
  const report = lockOutReport([
    some(700, policy, 'password', 'totp', 'email', 'phone'),
    some(200, policy, 'password', 'totp', 'email'),
    some(90, policy, 'password', 'synced-passkey', 'email', 'phone'),
    some(10, policy, 'password', 'email'),
  ]);
  expect(report).toMatchObject({
    accounts: 1000,
    kinds: 4,
    // Without a factor that the account owes, or a phone to bring one by, nobody gets in alone.
    byDistance: { 'no-way-back': 10, 'one-loss': 200, 'two-losses': 790, farther: 0 },
  });
  expect(report.causes).toEqual([
    { lost: 'phone', accounts: 200, help: { add: 'passkey', left: 0 } },
    { lost: null, accounts: 10, help: { add: 'passkey', left: 0 } },
  ]);
});

test('X2 where restore codes are offered one is proposed, to all but those to whom it is forbidden', () => {
  const policy = PRESETS['restore-code'];
  const holds = ['password', 'totp', 'email'] as const;
  const report = lockOutReport([
    some(140, policy, ...holds),
    { ...some(10, policy, ...holds), mayRestore: false },
    some(850, policy, ...holds, 'restore-code'),
  ]);
  expect(report.byDistance['one-loss']).toBe(150);
  // A passkey would help all of them, and is more to ask for: fewest left comes first, then what costs least.
  expect(report.causes).toEqual([{ lost: 'phone', accounts: 150, help: { add: 'passkey', left: 0 } }]);
  const allowed = lockOutReport([some(140, policy, ...holds), some(850, policy, ...holds, 'restore-code')]);
  expect(allowed.causes).toEqual([{ lost: 'phone', accounts: 140, help: { add: 'restore-code', left: 0 } }]);
});

test('X2 where nobody recovers alone nothing helps against a forgotten password', () => {
  const { causes } = lockOutReport([some(3, PRESETS.off, 'password', 'totp', 'email', 'phone')]);
  expect(causes.find(({ lost }) => lost === 'password')).toMatchObject({ accounts: 3 });
});

test('X2 no accounts, no report', () => {
  expect(lockOutReport([])).toMatchObject({ accounts: 0, kinds: 0, causes: [] });
});
