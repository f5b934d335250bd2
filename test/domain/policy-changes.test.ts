import { describe, expect, test } from 'vitest';
import { type Policy, policySchema } from '../../src/domain/policy.ts';
import { changesOf } from '../../src/domain/policy-changes.ts';
import { switchesOf, withSwitches } from '../../src/domain/policy-switches.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { compare, findingsGone } from '../../src/domain/proof-of-policy/compare.ts';
import { proofOf } from '../../src/domain/proof-of-policy/proof-of-policy.ts';
import { workingsOf } from '../../src/domain/proof-of-policy/workings.ts';

const usual = PRESETS['password-sms'];
const gone = (some: Policy, other: Policy) => findingsGone(proofOf(some), proofOf(other)).map(({ name }) => name);
const presets = Object.entries<Policy>(PRESETS);

describe('what differs between two policies', () => {
  test('is told by goal and by setting; a route under another name is the same', () => {
    const [first, ...others] = usual.routes['reset-password'];
    const after: Policy = {
      ...usual,
      selfRecovery: false,
      lifetimes: { ...usual.lifetimes, link: 600 },
      routes: {
        ...usual.routes,
        'reset-password': [...(first ? [{ ...first, id: 'renamed' }] : []), ...others],
        'reset-second-factor': [],
      },
    };
    expect(changesOf(usual, after)).toEqual({
      routes: [{ goal: 'reset-second-factor', added: [], removed: usual.routes['reset-second-factor'] }],
      settings: [
        { path: 'lifetimes.link', before: 300, after: 600 },
        { path: 'selfRecovery', before: true, after: false },
      ],
    });
  });

  test.each(presets)('%s does not differ from itself, in words or in deed', (_, policy) => {
    expect(changesOf(policy, policySchema.parse(policy))).toEqual({ routes: [], settings: [] });
    const workings = workingsOf(policy);
    expect(compare(workings, workings)).toEqual({ nowSuffices: [], noLongerSuffices: [], losses: [] });
  });
});

test('what it means: a theft that suffices now, and one that does so no longer when one goes back', () => {
  const easy: Policy = {
    ...usual,
    routes: { ...usual.routes, 'reset-second-factor': [{ id: 'link', proofs: ['email-code'], when: 'bound' }] },
  };
  const [before, after] = [workingsOf(usual), workingsOf(easy)];
  const { nowSuffices, noLongerSuffices } = compare(before, after);
  expect(nowSuffices[0]).toMatchObject({ thefts: ['mailbox'], reach: { level: 'takes-over' } });
  expect(noLongerSuffices).toEqual([]);
  expect(compare(after, before).noLongerSuffices[0]?.thefts).toEqual(['mailbox']);
  // The unlocked phone, with the mailbox in it, still takes over: it is told by a graver finding, and not gone.
  expect(gone(easy, usual)).toContain('mailbox-alone-takes-over');
  expect(gone(usual, easy)).not.toContain('unlocked-phone-alone-takes-over');
  const closed: Policy = { ...usual, selfRecovery: false };
  expect(compare(before, workingsOf(closed)).losses).toContainEqual(
    expect.objectContaining({ lost: ['password'], before: 'alone', after: 'never' }),
  );
});

describe('switches', () => {
  test.each(presets)('%s, switched as it stands, stays as it is', (_, policy) => {
    expect(withSwitches(policy, switchesOf(policy))).toEqual(policy);
  });

  test('restore codes bring their routes and take them along; emergency codes bring theirs; the result is a policy', () => {
    const on = withSwitches(usual, { ...switchesOf(usual), restoreCodes: true, ownEmergencyCodes: true });
    expect(policySchema.parse(on)).toEqual(on);
    expect(on.routes['reset-both']).toEqual(PRESETS['restore-code'].routes['reset-both']);
    expect(on.routes['emergency-code']).toEqual(PRESETS['emergency-code'].routes['emergency-code']);
    const off = withSwitches(on, { ...switchesOf(on), restoreCodes: false });
    expect(off.routes['reset-second-factor']).toEqual(usual.routes['reset-second-factor']);
    expect(off.restoreCode.offered).toBe(false);
  });
});
