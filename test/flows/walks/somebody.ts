import { expect } from 'vitest';
import { leastClassForChanges } from '../../../src/domain/act.ts';
import { type Acr, satisfies } from '../../../src/domain/assurance.ts';
import { decide } from '../../../src/domain/decide.ts';
import { repairOf } from '../../../src/domain/emergency-code.ts';
import { aimsAt, type Link, REGISTERING } from '../../../src/domain/explore.ts';
import type { Journey } from '../../../src/domain/journey.ts';
import { performed } from '../../../src/domain/performed.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { countsAs } from '../../../src/domain/proof.ts';
import { canonical } from '../../../src/domain/proof-of-policy/canonical.ts';
import { issuedBy } from '../../../src/domain/proof-of-policy/thefts.ts';
import type { Level } from '../../../src/domain/proof-of-policy/workings.ts';
import { asProof, type Evidence, type Journeyed, type Registrable, type State } from '../../../src/domain/state.ts';
import type { Aim, Effect, Verdict } from '../../../src/domain/verdict.ts';
import { addFactor } from '../../../src/flows/account/add-factor.ts';
import { completeEmergencyCode } from '../../../src/flows/complete-emergency-code.ts';
import { completeRecovery } from '../../../src/flows/complete-recovery.ts';
import { completeSignIn } from '../../../src/flows/complete-sign-in.ts';
import { confirmNewRestoreCode } from '../../../src/flows/confirm-new-restore-code.ts';
import type { Account, NewCredential, Visitor } from '../../../src/flows/ports.ts';
import { standingOf, verdictOn } from '../../../src/flows/standing.ts';
import { journeyOf, passkey, totp } from '../../store/fixture.ts';
import { accountOf } from '../../support/owner.ts';
import type { TestPorts } from '../../support/ports.ts';
import type { OneTransaction } from './one-transaction.ts';
import { askOperators, type Wanted } from './operators.ts';
import type { RealAccount } from './real-account.ts';

export type Goal = Journeyed['goal'];

/** Who walks: before which account, under which policy, with what in hand (by the ids of the proof), and from which browser. */
export interface Beginning {
  readonly real: RealAccount;
  readonly organizationId: string;
  readonly policy: Policy;
  readonly state: State;
  readonly visitor: Visitor;
  /** Ids of accounts of their own. */
  readonly operators: readonly string[];
  /** Whether a recovery is out of reach for them without a mailbox. */
  readonly link: Link;
}

/**
 * Somebody before a real account, and beside it the state of the proof. After every journey both are compared: whether it came to its end, what it
 * left on the account and in hand.
 */
export interface Somebody {
  /** As the proof has it. */
  state(): State;
  /** All that was ever in hand, by the ids of the database. */
  hands(): readonly Evidence[];
  /**
   * A journey on which so much of this is proven as is asked for, and its last step; `registers`: the second factor that they bring where one is
   * owed or may be.
   */
  take(goal: Goal, shown: readonly Evidence[], registers: Registrable): Promise<Level | 'refused'>;
  wait(milliseconds: number): Promise<void>;
  /** Asks the operators for what they may give. */
  ask(wanted: Wanted): Promise<void>;
}

export async function somebody(
  test: Pick<TestPorts, 'clock'>,
  world: OneTransaction,
  { real, organizationId, policy, state, visitor, operators, link }: Beginning,
): Promise<Somebody> {
  const { ports } = world;
  const now = () => test.clock.now;
  const ids = new Map(real.ids);
  const account = () => accountOf({ ports }, real.id);
  /** As it was after the last journey. */
  let seen = await account();
  let model: State = { ...state, now: now() };
  /** Everything that was ever in hand, by the ids of the database. */
  let holds: Evidence[] = model.hands.map(real_);
  let code = { left: 0, until: 0 };

  function real_({ kind, by }: Evidence): Evidence {
    return { kind, by: ids.get(by) ?? 'not there' };
  }

  /** Brought in: under this name in the proof, from now on. What was brought in before under it is worth no more. */
  function brought(name: string, kind: Evidence['kind'], id: string) {
    holds = [...holds.filter(({ by }) => by !== ids.get(name)), { kind, by: id }];
    ids.set(name, id);
  }

  function mayBegin(goal: Goal): boolean {
    const { contacts } = model.standing;
    const counts = (id: string) => contacts.some((one) => one.id === id && one.countsFrom <= now());
    const isByLink = goal !== 'sign-in' && goal !== 'emergency-code';
    return link === 'not-needed' || !isByLink || model.hands.some((one) => one.kind === 'email-code' && counts(one.by));
  }

  /** Of what is shown the most that pages would take, one after another, until they are content: by the account as it really is. */
  function taken(goal: Goal, shown: readonly Evidence[]): { aim: Aim; given: readonly Evidence[] } {
    const ways = aimsAt(policy, model.standing, goal, link).map((aim) => {
      const journey = { goal, atLeast: aim.atLeast ?? null };
      const verdictWith = (given: readonly Evidence[]) =>
        verdictOn(ports, seen, {
          ...journey,
          proofs: given.map((one) => ({ ...asProof(model.standing, one, now()), by: real_(one).by })),
        });
      let given: readonly Evidence[] = [];
      for (const one of [...shown, ...shown]) {
        const verdict = verdictWith(given);
        if (verdict.verdict !== 'ask') break;
        if (!given.includes(one) && verdict.options.some((option) => countsAs(one.kind, option)))
          given = [...given, one];
      }
      return { aim, given, worth: given.length + (verdictWith(given).verdict === 'allow' ? shown.length : 0) };
    });
    return ways.reduce((most, way) => (way.worth > most.worth ? way : most));
  }

  async function begin({ goal, atLeast }: Aim, given: readonly Evidence[]): Promise<Journey> {
    const journey = journeyOf(test.clock, {
      kind: goal === 'sign-in' ? 'sign-in' : goal === 'emergency-code' ? 'emergency' : 'recovery',
      goal,
      atLeast: atLeast ?? null,
      accountId: real.id,
      organizationId,
      interactionUid: null,
      clientId: null,
      proofs: given.map((one) => ({ ...asProof(model.standing, one, now()), by: real_(one).by })),
    });
    return ports.store.journeys.create(journey, ports.crypto.hashToken(journey.id));
  }

  async function complete(goal: Goal, journey: Journey, verdict: Verdict, registers: Registrable) {
    const effects = verdict.verdict === 'allow' ? verdict.effects : USUAL[goal];
    const factor = REGISTERING.some((effect) => effects.includes(effect)) ? factorOf(registers) : undefined;
    if (goal === 'sign-in') return completeSignIn(ports, visitor, journey, factor);
    if (goal === 'emergency-code') return completeEmergencyCode(ports, visitor, journey);
    return completeRecovery(ports, visitor, journey, {
      ...(effects.includes('set-password') && { passwordHash: 'a new hash' }),
      ...(factor && { factor }),
    });
  }

  /** In the repair window of an emergency code, as the console does it. */
  async function repair(journey: Journey, acr: Acr, registers: Registrable): Promise<boolean> {
    const uid = ports.crypto.token();
    await ports.store.sessions.bind(journey.id, uid);
    const proofs = await ports.store.sessions.proofsOf(uid, real.id);
    const owner = { account: await account(), session: { uid, acr, at: now(), repair: repairOf(proofs) }, visitor };
    const factor = factorOf(registers);
    const added = await addFactor(ports, owner, { typed: '', unnamed: '' }, () => ({ outcome: 'verified', factor }));
    return added.outcome === 'added';
  }

  function learn(before: Account, after: Account, registers: Registrable) {
    for (const { id, kind } of after.credentials) {
      if (before.credentials.some((one) => one.id === id)) continue;
      brought(`new-${kind}`, kind === 'passkey' ? (registers === 'totp' ? 'passkey' : registers) : kind, id);
    }
    if (after.restoreCode && after.restoreCode.id !== before.restoreCode?.id)
      brought('new-restore-code', 'restore-code', after.restoreCode.id);
    if (after.emergencyCode && after.emergencyCode.id !== before.emergencyCode?.id) {
      brought('new-emergency-code', 'emergency-code', after.emergencyCode.id);
      code = { left: after.emergencyCode.usesLeft, until: after.emergencyCode.expiresAt };
    }
  }

  /** The proof has it that a code stays good for as long as one waits and however often it is used: its end is told here. */
  function endCode() {
    if (!model.standing.emergencyCode || (code.left > 0 && code.until > now())) return;
    model = {
      ...model,
      standing: { ...model.standing, emergencyCode: null },
      hands: model.hands.filter(({ kind }) => kind !== 'emergency-code'),
    };
  }

  function compare(): State {
    const standing = standingOf(seen, ports);
    const there = [...standing.credentials, ...standing.contacts, standing.restoreCode, standing.emergencyCode];
    const found: State = {
      standing,
      hands: holds.filter(({ by }) => there.some((one) => one?.id === by)),
      session: null,
      now: now(),
    };
    expect(canonical(policy, found).key).toBe(canonical(policy, model).key);
    return found;
  }

  return {
    state: () => model,
    hands: () => holds,
    wait: async (milliseconds) => {
      test.clock.now += milliseconds;
      model = { ...model, now: now() };
      endCode();
      compare();
    },
    ask: async (wanted) => {
      if (operators.length === 0 || (!wanted.emergencyCode && !wanted.restoreCode)) return;
      const before = seen;
      const given = await askOperators(world, operators, before, wanted);
      const may = issuedBy(policy, operators.length > 1 ? 2 : 1);
      expect(given.emergencyCode === null || may.emergencyCode).toBe(true);
      expect(given.restoreCode === null || given.restoreCode === may.restoreCode).toBe(true);
      seen = await account();
      const { standing, hands } = model;
      const restores = given.restoreCode !== null;
      const issued: Evidence[] = [
        ...(restores ? [{ kind: 'restore-code' as const, by: 'new-restore-code' }] : []),
        ...(given.emergencyCode ? [{ kind: 'emergency-code' as const, by: 'new-emergency-code' }] : []),
      ];
      const gone = issued.map(({ kind }) => kind);
      model = {
        ...model,
        standing: {
          ...standing,
          ...(restores && {
            restoreCode: { id: 'new-restore-code', byEmail: given.restoreCode === 'mailed', unsettledUntil: null },
          }),
          ...(given.emergencyCode && {
            emergencyCode: {
              id: 'new-emergency-code',
              highestAcr: policy.emergencyCode.operator.acr,
              madeBy: 'operator' as const,
            },
          }),
        },
        hands: [...hands.filter(({ kind }) => !gone.includes(kind)), ...issued],
      };
      learn(before, seen, 'totp');
      compare();
    },
    take: async (goal, shown, registers) => {
      model = { ...model, now: now() };
      if (!mayBegin(goal)) return 'refused';
      const { aim, given } = taken(goal, shown);
      const proofs = given.map((one) => asProof(model.standing, one, now()));
      const verdict = decide(policy, model.standing, aim, proofs, now());
      const before = seen;
      const journey = await begin(aim, given);
      const done = await complete(goal, journey, verdict, registers);
      expect([goal, done.outcome === 'refused']).toEqual([goal, verdict.verdict !== 'allow']);
      if (done.outcome === 'refused' || verdict.verdict !== 'allow') return 'refused';

      const { effects } = verdict;
      const acr =
        done.outcome === 'signed-in' ? done.assurance.acr : done.outcome === 'finished' ? done.session?.acr : undefined;
      if (done.outcome === 'finished' && done.receipt.code !== undefined) {
        const shownAgain = await confirmNewRestoreCode(
          ports,
          visitor,
          { ...journey, completedAt: now() },
          done.receipt.code,
        );
        expect(shownAgain.outcome).toBe('confirmed');
      }
      const repairs =
        effects.includes('open-repair-window') && (await repair(journey, acr ?? 'urn:regain:acr:1', registers));
      const brings = repairs || REGISTERING.some((effect) => effects.includes(effect)) ? registers : undefined;
      model = { ...performed(policy, model, effects, given, brings), session: null };
      seen = await account();
      learn(before, seen, registers);
      if (effects.includes('open-repair-window')) code = { ...code, left: code.left - 1 };
      endCode();
      const { standing } = compare();
      if (goal === 'emergency-code') return 'nothing';
      if (acr === undefined || !satisfies(acr, policy.minimumAcr)) return goal === 'sign-in' ? 'nothing' : 'resets';
      return satisfies(acr, leastClassForChanges(policy, standing)) ? 'takes-over' : 'enters';
    },
  };
}

/** What is brought to a journey that the proof says is refused, as its pages would. */
const USUAL: Readonly<Record<Goal, readonly Effect[]>> = {
  'sign-in': [],
  'reset-password': ['set-password'],
  'reset-second-factor': ['replace-second-factors'],
  'reset-both': ['set-password', 'replace-second-factors'],
  'lift-freeze': ['set-password'],
  'emergency-code': [],
  'accept-invitation': [],
};

const factorOf = (registers: Registrable): NewCredential => (registers === 'totp' ? totp() : passkey());
