import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Act,
  type ActingSession,
  type ActVerdict,
  classForChanges,
  coolsUntil,
  decideAct,
  FRESH_SECONDS,
  leastClassForChanges,
} from '../../src/domain/act.ts';
import { ACR, satisfies } from '../../src/domain/assurance.ts';
import { type Policy, policySchema } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { complete, email, NOW, fresh as neverHad, password, phone } from './account.ts';
import { owners, policies } from './random-policies.ts';

const MINUTE = 60_000;
const policy = PRESETS['password-sms'];
const bySms: Policy = { ...policy, secondFactor: { required: true, kinds: ['totp', 'sms-code'] } };
const cooling = policy.lifetimes.cooling * 1000;
const RECOVERED = NOW - 60 * MINUTE;

const session = (acr: ActingSession['acr'], minutes: number): ActingSession => ({ acr, at: NOW - minutes * MINUTE });
const TWO = 'urn:regain:acr:2';
const ONE = 'urn:regain:acr:1';

/** A verdict in one line. */
function said(verdict: ActVerdict): string {
  switch (verdict.verdict) {
    case 'allow':
      return 'allow';
    case 'step-up':
      return `step up to ${verdict.acr.split(':').at(-1)} of ${verdict.maxAge}`;
    case 'wait':
      return `wait ${(verdict.until - NOW) / MINUTE} minutes`;
    case 'refuse':
      return verdict.reason;
  }
}

const ACTS: readonly Act[] = [
  'look',
  'describe',
  'take-away',
  'add-factor',
  'pair-device',
  'switch-on',
  'remove-factor',
  'change-password',
  'change-contact',
  'change-username',
  'export-data',
  'close-account',
];
const FREE: readonly Act[] = ['look', 'describe', 'take-away'];
const again = 'step up to 2 of 570';
const wait = `wait ${(cooling - 60 * MINUTE) / MINUTE} minutes`;

/** What is said of every act in this session. */
const at = (acting: ActingSession, recoveredAt: number | null = null, about = {}) =>
  ACTS.map((act) => [
    act,
    said(decideAct(policy, { ...complete, recoveredAt }, acting, act, NOW, { about, stage: 'send' })),
  ]);
/** The same of all that is not free, but for `others`. */
const all = (line: string, others: Partial<Record<Act, string>> = {}) =>
  ACTS.map((act) => [act, FREE.includes(act) ? 'allow' : (others[act] ?? line)]);

describe('A4 every act in every session', () => {
  it('a full sign-in of a minute ago may do all', () => {
    expect(at(session(TWO, 1))).toEqual(all('allow'));
    expect(at(session('phr', 1))).toEqual(all('allow'));
  });

  it('one of 21 minutes ago may look and take away; for all else it signs in again', () => {
    expect(at(session(TWO, 20))).toEqual(all('allow'));
    expect(at(session(TWO, 21))).toEqual(all(again));
    expect(at(session('phr', 60))).toEqual(all(again));
  });

  it('a weaker one, however fresh, steps up for all else', () => {
    expect(at(session(ONE, 0))).toEqual(all(again));
    expect(at(session('urn:regain:acr:2-sms', 0))).toEqual(all(again));
  });

  it('while a recovery cools down, contacts, name, closing and a copy of all data wait; so does what is older than the recovery', () => {
    const cooled = {
      'pair-device': wait,
      'change-contact': wait,
      'change-username': wait,
      'export-data': wait,
      'close-account': wait,
    };
    const older = { ...cooled, 'remove-factor': wait, 'change-password': wait };
    expect(at(session(TWO, 1), RECOVERED, { createdAt: RECOVERED - 1 })).toEqual(all('allow', older));
    expect(at(session(TWO, 1), RECOVERED)).toEqual(all('allow', older));
    expect(at(session(TWO, 1), RECOVERED, { createdAt: RECOVERED })).toEqual(all('allow', cooled));
    // What has to wait is said before anybody signs in again for it.
    expect(at(session(ONE, 30), RECOVERED, { createdAt: RECOVERED })).toEqual(all(again, cooled));
    expect(at(session(TWO, 1), NOW - cooling)).toEqual(all('allow'));
  });

  it('the last second factor that the policy requires is not removed, and may be switched off', () => {
    expect(at(session(TWO, 1), null, { lastRequired: true })).toEqual(
      all('allow', { 'remove-factor': 'last-required-factor' }),
    );
  });
});

describe('the form', () => {
  it.each([
    ['show', 10, 'allow'],
    ['show', 10.1, again],
    ['send', 10.1, 'allow'],
    ['send', 20, 'allow'],
    ['send', 20.1, again],
  ] as const)('to %s it, with a sign-in of %d minutes ago: %s', (stage, minutes, verdict) => {
    const acting = session(TWO, minutes);
    const standing = { ...complete, recoveredAt: null };
    expect(said(decideAct(policy, standing, acting, 'add-factor', NOW, { stage }))).toBe(verdict);
  });

  it('opened at the last moment leaves ten minutes to fill it in', () => {
    expect(FRESH_SECONDS.send - FRESH_SECONDS.show).toBeGreaterThanOrEqual(600);
  });
});

it.each([
  ['two factors on an account that holds one', policy, complete, TWO],
  ['two factors where all of them are gone', policy, { ...complete, credentials: [password] }, TWO],
  ['password and SMS where the policy counts it', bySms, complete, 'urn:regain:acr:2-sms'],
  [
    'the same for a phone that was switched off',
    bySms,
    { ...neverHad, contacts: [email, { ...phone, off: true }] },
    'urn:regain:acr:2-sms',
  ],
  ['one proof on an account that never held one', policy, neverHad, ONE],
] as const)('a full sign-in is %s', (_, counted, standing, acr) => {
  expect(classForChanges(counted, standing)).toBe(acr);
});

describe('what the policy says of changing addresses and of new phones', () => {
  const its: Policy = {
    ...policy,
    changes: {
      'step-up': { class: 'full', within: 600 },
      'change-contact': { class: 'full', within: 120 },
      'pair-device': { class: 'any', within: 1_800 },
    },
  };
  const standing = { ...complete, recoveredAt: null };
  const seen = (acting: ActingSession, act: Act) => said(decideAct(its, standing, acting, act, NOW, { stage: 'show' }));
  it.each<[Act, string, string, string]>([
    ['change-contact', 'allow', 'step up to 2 of 90', 'step up to 2 of 90'],
    ['pair-device', 'allow', 'allow', 'allow'],
    ['add-factor', 'allow', 'allow', again],
  ])('%s', (act, now, later, weak) => {
    expect([seen(session(TWO, 1), act), seen(session(TWO, 5), act), seen(session(ONE, 5), act)]).toEqual([
      now,
      later,
      weak,
    ]);
  });

  it('a thief needs the least of them', () => {
    expect([leastClassForChanges(its, complete), leastClassForChanges(policy, complete)]).toEqual([ONE, TWO]);
  });

  it('was the rule before policies said it, and what is older is read so', () => {
    const { changes: _, afterRecovery: __, ...older } = JSON.parse(JSON.stringify(policy));
    expect(policySchema.parse(older)).toEqual(policy);
  });
});

/** What waits, an hour after a recovery, where the policy names these. */
const waiting = (waits: Policy['afterRecovery']['waits']) =>
  ACTS.filter((act) => {
    const its = { ...policy, afterRecovery: { waits } };
    const about = { createdAt: NOW };
    const standing = { ...complete, recoveredAt: RECOVERED };
    return decideAct(its, standing, session(TWO, 1), act, NOW, { about }).verdict === 'wait';
  });

it('after a recovery some acts always wait, and those that the policy names', () => {
  expect(waiting([])).toEqual(['pair-device', 'change-contact']);
  expect(waiting(['add-factor', 'export-data'])).toEqual([
    'add-factor',
    'pair-device',
    'change-contact',
    'export-data',
  ]);
});

describe('under any policy, for any owner, in any session', () => {
  const settings = fc.record({
    policy: policies,
    owner: owners,
    act: fc.constantFrom(...ACTS),
    stage: fc.constantFrom('show' as const, 'send' as const),
    acr: fc.constantFrom(...ACR),
    age: fc.integer({ min: 0, max: 40 * MINUTE }),
    recovered: fc.option(fc.integer({ min: 0, max: 2 * cooling })),
    createdBefore: fc.integer({ min: 0, max: 3 * cooling }),
    lastRequired: fc.boolean(),
  });
  const of = (chosen: typeof settings extends fc.Arbitrary<infer One> ? One : never) => {
    const { acr, age, recovered, createdBefore, lastRequired } = chosen;
    const recoveredAt = recovered === null ? null : NOW - recovered;
    const standing = { ...chosen.owner.standing, recoveredAt };
    const about = { createdAt: NOW - createdBefore, lastRequired };
    const verdict = decideAct(chosen.policy, standing, { acr, at: NOW - age }, chosen.act, NOW, {
      about,
      stage: chosen.stage,
    });
    return { ...chosen, recoveredAt, standing, verdict };
  };

  it('what adds or changes is never done by a session weaker than the policy says, nor by one older than twice its time', () => {
    fc.assert(
      fc.property(settings, (chosen) => {
        const { act, acr, age, policy: its, standing, verdict } = of(chosen);
        if (FREE.includes(act) || verdict.verdict !== 'allow') return;
        const { class: least, within } =
          its.changes[act === 'change-contact' || act === 'pair-device' ? act : 'step-up'];
        expect(satisfies(acr, least === 'full' ? classForChanges(its, standing) : ONE)).toBe(true);
        expect(satisfies(acr, leastClassForChanges(its, standing))).toBe(true);
        expect(age).toBeLessThanOrEqual(2 * within * 1000);
      }),
      { numRuns: 2_000 },
    );
  });

  it('taking away never waits, and is never asked for more than the session', () => {
    fc.assert(
      fc.property(settings, (chosen) => {
        expect(of({ ...chosen, act: 'take-away' }).verdict).toEqual({ verdict: 'allow' });
      }),
    );
  });

  it('signing in again as asked gets there at once: nobody is sent in a circle', () => {
    fc.assert(
      fc.property(settings, (chosen) => {
        const { verdict } = of(chosen);
        if (verdict.verdict !== 'step-up') return;
        expect(of({ ...chosen, acr: verdict.acr, age: verdict.maxAge * 1000 }).verdict.verdict).toBe('allow');
      }),
      { numRuns: 2_000 },
    );
  });

  it('who waits, waits for the end of the cooling period and no longer', () => {
    fc.assert(
      fc.property(settings, (chosen) => {
        const { verdict, recoveredAt, policy: its } = of(chosen);
        if (verdict.verdict !== 'wait') return;
        expect(verdict.until).toBe(coolsUntil(its, recoveredAt, NOW));
        expect(verdict.until).toBeGreaterThan(NOW);
        expect(coolsUntil(its, recoveredAt, verdict.until)).toBeUndefined();
      }),
    );
  });
});
