import { expect } from 'vitest';
import { leastClassForChanges } from '../../src/domain/act.ts';
import { satisfies } from '../../src/domain/assurance.ts';
import { decide } from '../../src/domain/decide.ts';
import { performed } from '../../src/domain/performed.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { AccountKind } from '../../src/domain/proof-of-policy/account-kind.ts';
import { canonical } from '../../src/domain/proof-of-policy/canonical.ts';
import { GIVES, type Theft } from '../../src/domain/proof-of-policy/thefts.ts';
import { LEVELS, type Level } from '../../src/domain/proof-of-policy/workings.ts';
import type { Evidence, State } from '../../src/domain/state.ts';
import { completeRecovery } from '../../src/flows/complete-recovery.ts';
import { completeSignIn } from '../../src/flows/complete-sign-in.ts';
import { standingOf } from '../../src/flows/standing.ts';
import { journeyOf, totp } from '../store/fixture.ts';
import { accountOf } from '../support/owner.ts';
import { addPerson } from '../support/people.ts';
import type { TestPorts } from '../support/ports.ts';
import { THIEF } from './contested.ts';

const IDS = ['password', 'totp', 'email', 'phone'] as const;
/** What `addPerson` makes. */
export const KIND: AccountKind = { holds: IDS, bound: true };

export const WALKED = ['sign-in', 'reset-password', 'reset-second-factor', 'reset-both'] as const;
export type Walked = (typeof WALKED)[number];

export interface WalkingThief {
  /** Shows these proofs, as far as they are in hand, and ends the journey by its real last step. */
  take(goal: Walked, shown: readonly string[]): Promise<Level | 'refused'>;
  wait(milliseconds: number): void;
}

/**
 * A thief before a real account, and beside it the states of the proof. After every journey both are compared: whether it was completed, and
 * what it left on the account and in hand. New second factors are apps.
 */
export async function walkingThief(
  test: TestPorts,
  policy: Policy,
  organizationId: string,
  stolen: readonly Theft[],
): Promise<WalkingThief> {
  const person = await addPerson(test, { organizationId });
  const hands = handsOn(await accountOf(test, person.id), stolen);
  const now = () => test.clock.now;
  const standing = standingOf(await accountOf(test, person.id), test.ports);
  let model: State = { standing, hands: [...hands.values()], session: null, now: now() };

  async function complete(goal: Walked, given: readonly Evidence[]) {
    const journey = await test.ports.store.journeys.create(
      journeyOf(test.clock, {
        kind: goal === 'sign-in' ? 'sign-in' : 'recovery',
        goal,
        atLeast: goal === 'sign-in' ? policy.minimumAcr : null,
        accountId: person.id,
        organizationId,
        interactionUid: null,
        proofs: given.map((evidence) => ({ ...evidence, at: now() })),
      }),
      test.crypto.hashToken(test.crypto.token()),
    );
    if (goal === 'sign-in') return completeSignIn(test.ports, THIEF, journey);
    return completeRecovery(test.ports, THIEF, journey, {
      ...(goal !== 'reset-second-factor' && { passwordHash: 'a new hash' }),
      ...(goal !== 'reset-password' && { factor: totp() }),
    });
  }

  return {
    wait: (milliseconds) => {
      test.clock.now += milliseconds;
    },
    take: async (goal, shown) => {
      model = { ...model, now: now() };
      const given = shown.flatMap((kind) => hands.get(kind) ?? []);
      const modelled = model.hands.filter(({ kind }) => given.some((one) => one.kind === kind));
      const aim = goal === 'sign-in' ? { goal, atLeast: policy.minimumAcr } : { goal };
      const proofs = modelled.map((one) => ({ ...one, at: now() }));
      const verdict = decide(policy, model.standing, aim, proofs, now());
      const before = await accountOf(test, person.id);
      const done = await complete(goal, given);
      expect(done.outcome === 'refused').toBe(verdict.verdict !== 'allow');
      if (done.outcome === 'refused' || verdict.verdict !== 'allow') return 'refused';

      const brings = verdict.effects.includes('replace-second-factors') ? 'totp' : undefined;
      model = { ...performed(policy, model, verdict.effects, modelled, brings), session: null };
      const after = await accountOf(test, person.id);
      const stands = standingOf(after, test.ports);
      for (const { id, kind } of after.credentials)
        if (kind !== 'passkey' && !before.credentials.some((one) => one.id === id)) hands.set(kind, { kind, by: id });
      const inHand = [...hands.values()].filter(({ by }) =>
        [...stands.credentials, ...stands.contacts].some(({ id }) => id === by),
      );
      const seen: State = { standing: stands, hands: inHand, session: null, now: now() };
      expect(canonical(policy, seen).key).toBe(canonical(policy, model).key);
      expect(held(stands, now())).toEqual(held(model.standing, now()));

      const acr = done.outcome === 'signed-in' ? done.assurance.acr : done.session?.acr;
      if (acr === undefined || !satisfies(acr, policy.minimumAcr)) return 'resets';
      return satisfies(acr, leastClassForChanges(policy, stands)) ? 'takes-over' : 'enters';
    },
  };
}

/** What was stolen, by kind: each theft takes the one thing of its kind that there is. */
function handsOn(
  { credentials, contacts }: Awaited<ReturnType<typeof accountOf>>,
  stolen: readonly Theft[],
): Map<string, Evidence> {
  const given = stolen.flatMap((theft) =>
    IDS.flatMap((holding): Evidence[] => {
      const by = [...credentials, ...contacts].find(({ kind }) => kind === holding)?.id;
      const kind = GIVES[theft][holding];
      return kind && by !== undefined ? [{ kind, by }] : [];
    }),
  );
  return new Map(given.map((one) => [one.kind, one]));
}

export const isFarther = (one: Level, other: Level): boolean => LEVELS.indexOf(one) > LEVELS.indexOf(other);

/** Whatever stands on an account, in hand or not, and how long it rests. */
const held = ({ credentials }: State['standing'], now: number): string[] =>
  credentials
    .filter(({ state }) => state === 'active')
    .map(({ kind, unsettledUntil }) => `${kind} ${Math.max(0, (unsettledUntil ?? 0) - now)}`)
    .toSorted();
