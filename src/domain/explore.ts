import { classForChanges } from './act.ts';
import { satisfies } from './assurance.ts';
import type { Standing } from './credential.ts';
import { countedProofs, decide } from './decide.ts';
import { performed } from './performed.ts';
import { type Goal, type Policy, RECOVERY_GOALS } from './policy.ts';
import { countsAs, type Proof } from './proof.ts';
import { asProof, bare, type Evidence, type Move, type Registrable, type State } from './state.ts';
import type { Aim, Effect } from './verdict.ts';
import { isBound } from './way.ts';

/** A state and how one comes to it from the beginning. */
export interface Reached {
  readonly state: State;
  readonly path: readonly Move[];
}

/** Signing in, making an emergency code, and whatever the e-mailed link leads to. An invitation begins an account; it is no way back into one. */
export const GOALS: readonly Goal[] = ['sign-in', ...RECOVERY_GOALS, 'emergency-code'];

/**
 * Every state that can be reached from `start`, each once, the soonest first (least waiting, then fewest journeys), to the fixed
 * point where nothing new is reached; `start` itself comes first, with an empty path. What one journey brings in is in hand for
 * the next one; whether it counts there is for `decide` to say, which alone is asked (SPEC X1, T10). `registrable`: what they
 * can register as a new second factor. Ends for every policy: what tells two states apart is who holds what and how long it still
 * rests, never the date. Read only as far as needed: it computes as it is read.
 */
export function* explore(
  policy: Policy,
  start: State,
  registrable: readonly Registrable[],
  link: Link = 'not-needed',
): Generator<Reached> {
  const open: Reached[] = [{ state: start, path: [] }];
  const seen = new Set<string>();
  for (let next = takeSoonest(open); next; next = takeSoonest(open)) {
    const key = keyOf(policy, next.state);
    if (seen.has(key)) continue;
    seen.add(key);
    yield next;
    for (const { move, state } of movesFrom(policy, next.state, registrable, link))
      open.push({ state, path: [...next.path, move] });
  }
}

/** What brings a new second factor in. */
export const REGISTERING: readonly Effect[] = [
  'replace-second-factors',
  'add-second-factor',
  'enrol-first-second-factor',
];

/** What may be registered at the end of a journey. In the repair window it need not, and is of a kind that the policy counts, as ever in the console. */
export function registering(
  { secondFactor }: Policy,
  effects: readonly Effect[],
  registrable: readonly Registrable[],
): readonly (Registrable | undefined)[] {
  if (REGISTERING.some((effect) => effects.includes(effect))) return registrable;
  if (!effects.includes('open-repair-window')) return [undefined];
  const counted = registrable.filter((one) => secondFactor.kinds.some((kind) => countsAs(one, kind)));
  return [undefined, ...counted];
}

/** One step of the exploration: every journey that can be walked to its end now, and waiting for the next thing to count. */
export function* movesFrom(
  policy: Policy,
  state: State,
  registrable: readonly Registrable[],
  link: Link = 'not-needed',
): Generator<{ move: Move; state: State }> {
  for (const goal of GOALS) {
    for (const { route, effects, proofs } of journeysTo(policy, state, goal, link)) {
      for (const registered of registering(policy, effects, registrable)) {
        yield {
          move: { move: 'journey', goal, route, proofs, ...(registered && { registered }) },
          state: performed(policy, state, effects, proofs, registered),
        };
      }
    }
  }
  const until = nextChange(policy, state);
  if (until !== undefined) yield { move: { move: 'wait', until }, state: { ...state, now: until } };
}

/** A journey walked to its end: by which route, what that does, and the proofs in the order in which they were asked for. */
export interface Completion {
  readonly route: string;
  readonly effects: readonly Effect[];
  readonly proofs: readonly Evidence[];
}

/**
 * Whether a recovery is walked by somebody who reads the e-mail that it begins with, whatever the policy then asks for. An owner without a mailbox
 * is not told of ways that nobody could walk; a thief is taken not to need one, which is worse than it is.
 */
export type Link = 'read' | 'not-needed';

/**
 * Every way in which the proofs in hand lead to the goal, walked as the pages walk it: only what is asked for is given. A session below the
 * policy's least class opens nothing, so signing in aims at that class, and at the one that changes how one gets in: the console asks for it.
 * Where a first second factor is owed it is registered in whatever session there is, and the class is asked for after that: a thief may, an owner
 * is not told of it as of a way back.
 */
export function* journeysTo(
  policy: Policy,
  state: State,
  goal: Goal,
  link: Link = 'not-needed',
): Generator<Completion> {
  const { standing, hands, now } = state;
  const held = hands.map((one) => asProof(standing, one, now));
  if (link === 'read' && isByLink(goal) && !countedProofs(standing, goal, held, now).some(isMail)) return;
  for (const aim of aimsAt(policy, standing, goal, link)) yield* goneOn(policy, state, aim, []);
}

const isByLink = (goal: Goal): boolean => RECOVERY_GOALS.some((one) => one === goal);
const isMail = ({ kind }: Proof): boolean => kind === 'email-code';

/** What signing in is asked to reach, as far as it makes a difference. */
export function aimsAt(policy: Policy, standing: Standing, goal: Goal, link: Link): readonly Aim[] {
  if (goal !== 'sign-in') return [{ goal }];
  const changes = classForChanges(policy, standing);
  const more =
    satisfies(changes, policy.minimumAcr) && changes !== policy.minimumAcr ? [{ goal, atLeast: changes }] : [];
  const owes = link === 'not-needed' && policy.secondFactor.required && !isBound(policy, standing);
  return [{ goal, atLeast: policy.minimumAcr }, ...more, ...(owes ? [{ goal }] : [])];
}

function* goneOn(policy: Policy, state: State, aim: Aim, given: readonly Proof[]): Generator<Completion> {
  const { standing, hands, now } = state;
  const verdict = decide(policy, standing, aim, given, now);
  if (verdict.verdict === 'allow') yield { route: verdict.route, effects: verdict.effects, proofs: given.map(bare) };
  if (verdict.verdict !== 'ask') return;
  for (const option of verdict.options) {
    const fitting = hands
      .filter(
        ({ kind, by }) => countsAs(kind, option) && !given.some((proof) => proof.kind === kind && proof.by === by),
      )
      .map((held) => asProof(standing, held, now));
    for (const proof of countedProofs(standing, aim.goal, fitting, now))
      yield* goneOn(policy, state, aim, [...given, proof]);
  }
}

/** When the next thing in hand begins to count as a proof in a recovery; undefined when everything does. */
export function nextChange(policy: Policy, { standing, hands, now }: State): number | undefined {
  const held = (id: string) => hands.some((evidence) => evidence.by === id);
  const times = [
    ...standing.credentials.filter(({ id }) => held(id)).map(({ unsettledUntil }) => unsettledUntil ?? 0),
    ...standing.contacts
      .filter(({ id }) => held(id))
      .flatMap(({ countsFrom, since }) => [countsFrom, ...oldEnough(policy, since)]),
    ...(standing.restoreCode && held(standing.restoreCode.id) ? [standing.restoreCode.unsettledUntil ?? 0] : []),
  ];
  const ahead = times.filter((time) => time > now);
  return ahead.length > 0 ? Math.min(...ahead) : undefined;
}

/** When an address or number is as old as routes ask for (`heldFor`): one time for each age that the policy names. */
function oldEnough({ routes }: Policy, since: number | undefined): readonly number[] {
  if (since === undefined) return [];
  const ages = Object.values(routes).flatMap((ways) => ways.flatMap(({ heldFor }) => Object.values(heldFor ?? {})));
  return [...new Set(ages)].flatMap((age) => (age === undefined ? [] : [since + age * 1000]));
}

/** States with the same key lead to the same places: who holds what, and for how long it rests. */
function keyOf(policy: Policy, { standing, hands, session, now }: State): string {
  const rest = (until: number | null) => Math.max(0, (until ?? 0) - now);
  return JSON.stringify([
    session,
    standing.suspended,
    standing.frozen,
    standing.boundToSecondFactor,
    standing.credentials.map((held) => `${held.id} ${held.kind} ${held.state} ${rest(held.unsettledUntil)}`).toSorted(),
    standing.contacts
      .map(
        (held) => `${held.id} ${held.verified} ${[held.countsFrom, ...oldEnough(policy, held.since)].map(rest).join()}`,
      )
      .toSorted(),
    standing.restoreCode && `${standing.restoreCode.id} ${rest(standing.restoreCode.unsettledUntil)}`,
    standing.emergencyCode && `${standing.emergencyCode.id} ${standing.emergencyCode.highestAcr}`,
    hands.map((held) => `${held.kind} ${held.by}`).toSorted(),
  ]);
}

/** Takes out what comes soonest; among equals what was found first. */
function takeSoonest(open: Reached[]): Reached | undefined {
  const soonest = open.reduce<number | undefined>(
    (best, reached, at) => (best === undefined || isSooner(reached, open[best]) ? at : best),
    undefined,
  );
  return soonest === undefined ? undefined : open.splice(soonest, 1)[0];
}

function isSooner(a: Reached, b: Reached | undefined): boolean {
  if (!b) return true;
  return a.state.now === b.state.now ? a.path.length < b.path.length : a.state.now < b.state.now;
}
