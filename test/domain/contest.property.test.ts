import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedTwice } from '../../src/domain/counted-twice.ts';
import type { Standing } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import { policySchema } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { PROOF_KINDS, type Proof } from '../../src/domain/proof.ts';
import { complete, NOW, passkey, proof } from './account.ts';
import {
  ALL_DEEDS,
  asIfFinal,
  contested,
  type Deed,
  OWNERS,
  PHONE_THIEVES,
  play,
  reaches,
  STRONG,
  THIEVES,
} from './dispute.ts';

const RUNS = { numRuns: 3_000 };
const EVERYTHING: Standing = { ...complete, credentials: [...complete.credentials, passkey] };
const HELD = ['password', 'totp', 'passkey', 'email', 'phone'] as const;

// Neither a restore code nor an emergency code is taken on a way back (`policySchema`).
const kinds = fc.constantFrom(
  ...PROOF_KINDS.filter((kind) => kind !== 'restore-code' && kind !== 'emergency-code'),
  'second-factor' as const,
);
const wanted = fc
  .uniqueArray(kinds, { minLength: 1, maxLength: 4 })
  .filter((drawn) => !countedTwice(drawn, PRESETS['password-sms'].secondFactor.kinds));
const routes = fc.array(fc.record({ id: fc.stringMatching(/^[a-z]{3,8}$/), proofs: wanted }), {
  minLength: 1,
  maxLength: 4,
});
const policies = routes.map((lift) => {
  const base = PRESETS['password-sms'];
  return policySchema.parse({ ...base, routes: { ...base.routes, 'lift-freeze': lift } });
});
const subsets = fc.subarray([...HELD]);
const byThese = (ids: readonly string[]): Proof[] =>
  PROOF_KINDS.map((kind) => proof(kind)).filter(({ by }) => ids.includes(by));

it('A36 whoever has no more than what the contested acts used never walks the way back, under any policy', () => {
  fc.assert(
    fc.property(policies, subsets, fc.boolean(), subsets, (policy, used, byAuthenticator, hands) => {
      const standing = { ...EVERYTHING, frozen: { used, byAuthenticator } };
      const given = byThese(hands.filter((id) => used.includes(id)));
      expect(decide(policy, standing, { goal: 'lift-freeze' }, given, NOW).verdict).not.toBe('allow');
    }),
    RUNS,
  );
});

it('contesting more never opens a way back that was closed', () => {
  const opened = fc.check(
    fc.property(policies, subsets, subsets, subsets, (policy, used, more, hands) => {
      const on = (all: readonly string[], byAuthenticator: boolean) => {
        const standing = { ...EVERYTHING, frozen: { used: all, byAuthenticator } };
        return decide(policy, standing, { goal: 'lift-freeze' }, byThese(hands), NOW).verdict === 'allow';
      };
      return !on([...used, ...more], true) || on(used, false);
    }),
    RUNS,
  );
  expect(opened).toMatchObject({ failed: false });
});

const deeds = fc.array(
  fc.record({
    by: fc.constantFrom('thief' as const, 'owner' as const),
    deed: fc.constantFrom(...ALL_DEEDS),
  }),
  { minLength: 1, maxLength: 8 },
);
const thieves = fc.constantFrom(...THIEVES);
const owners = fc.constantFrom(...OWNERS);
/** Which acts are contested, by whomever: a thief with the mailbox may contest the owner's. */
const contests = fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 4 });

it('X3 no thief without an app or passkey of the owner’s has the last word, whatever was done and whatever of it was contested', () => {
  const walked = fc.check(
    fc.property(owners, thieves, deeds, contests, (owner, thief, done, which) => {
      const dispute = play(owner, thief, done);
      const frozen = contested(dispute, which);
      return !frozen || !reaches(STRONG, frozen, dispute.hands.thief);
    }),
    RUNS,
  );
  expect(walked).toMatchObject({ failed: false });
});

it('X3 … nor undoes by mailbox, SIM and any password what was done with an app', () => {
  const walked = fc.check(
    fc.property(owners, thieves, deeds, contests, (owner, thief, done, which) => {
      const dispute = play(owner, thief, done);
      const frozen = contested(dispute, which);
      return !frozen?.frozen?.byAuthenticator || !reaches(PRESETS['password-sms'], frozen, dispute.hands.thief);
    }),
    RUNS,
  );
  expect(walked).toMatchObject({ failed: false });
});

it('X3 an owner who contests all that the thief did, and nothing else, gets back with what they held: the old app, the password, the mailbox', () => {
  let back = 0;
  fc.assert(
    fc.property(owners, thieves, deeds, (owner, thief, done) => {
      const thiefs = done.filter(({ by, deed }) => by === 'thief' && deed !== 'report-lost');
      const dispute = play(owner, thief, thiefs);
      const frozen = contested(dispute, dispute.acts.keys().toArray());
      if (!frozen) return;
      const used = dispute.acts.flatMap((act) => act.used);
      if (['email', 'password', 'totp'].every((id) => used.includes(id))) return;
      back += 1;
      expect(reaches(STRONG, frozen, dispute.hands.owner)).toBe(true);
    }),
    RUNS,
  );
  expect(back).toBeGreaterThan(500);
});

const byThief = (deed: Deed) => ({ by: 'thief' as const, deed });

describe('the phone is stolen: the owner has the mailbox, the password and a passkey', () => {
  const HELD_THERE = ['email', 'password', 'totp', 'phone', 'passkey'];
  const LEFT = ['email', 'password', 'passkey'];
  const phoneThieves = fc.constantFrom(...PHONE_THIEVES);
  /** The thief has reset the password and signed in; then the two take away from each other what they hold. */
  const quarrels = fc
    .array(
      fc.record({
        by: fc.constantFrom('thief' as const, 'owner' as const),
        deed: fc.constantFrom('reset-password', 'switch-off', 'block', 'switch-on' as const),
      }),
      { minLength: 2, maxLength: 5 },
    )
    .map((done) => [byThief('reset-password'), byThief('sign-in'), ...done]);
  const some = fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 });

  it('A36 no contest takes the owner’s switching off or blocking back for its thief, whatever was done and whatever is contested', () => {
    let walked = 0;
    const taken = fc.check(
      fc.property(phoneThieves, quarrels, some, (thief, done, which) => {
        const dispute = play(LEFT, thief, done, HELD_THERE);
        const frozen = contested(dispute, which);
        if (!frozen || !reaches(PRESETS['password-sms'], frozen, dispute.hands.thief)) return true;
        walked += 1;
        return reaches(PRESETS['password-sms'], asIfFinal(dispute, frozen), dispute.hands.thief);
      }),
      { numRuns: 10_000 },
    );
    expect(taken).toMatchObject({ failed: false });
    expect(walked).toBeGreaterThan(100);
  });

  it('X3 who contests all that the thief did gets back, also where it was to switch off or to block what the owner has', () => {
    let back = 0;
    fc.assert(
      fc.property(phoneThieves, deeds, (thief, done) => {
        const thiefs = done.filter(({ by, deed }) => by === 'thief' && deed !== 'report-lost');
        const dispute = play(LEFT, thief, thiefs, HELD_THERE);
        const frozen = contested(dispute, dispute.acts.keys().toArray());
        if (!frozen) return;
        if (dispute.acts.some(({ removed }) => removed.includes('passkey'))) back += 1;
        expect(reaches(STRONG, frozen, dispute.hands.owner)).toBe(true);
      }),
      RUNS,
    );
    expect(back).toBeGreaterThan(100);
  });
});
