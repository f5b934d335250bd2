import { countedProofs, decide } from './decide.ts';
import { performed } from './performed.ts';
import { type Goal, type Policy, RECOVERY_GOALS } from './policy.ts';
import { countsAs, type Proof } from './proof.ts';
import { asProof, bare, type Evidence, type Move, type Registrable, type State } from './state.ts';
import type { Effect } from './verdict.ts';

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
export function* explore(policy: Policy, start: State, registrable: readonly Registrable[]): Generator<Reached> {
  const open: Reached[] = [{ state: start, path: [] }];
  const seen = new Set<string>();
  for (let next = takeSoonest(open); next; next = takeSoonest(open)) {
    const key = keyOf(policy, next.state);
    if (seen.has(key)) continue;
    seen.add(key);
    yield next;
    for (const { move, state } of movesFrom(policy, next.state, registrable))
      open.push({ state, path: [...next.path, move] });
  }
}

/** What brings a new second factor in. */
export const REGISTERING: readonly Effect[] = [
  'replace-second-factors',
  'add-second-factor',
  'enrol-first-second-factor',
];

/** One step of the exploration: every journey that can be walked to its end now, and waiting for the next thing to count. */
export function* movesFrom(
  policy: Policy,
  state: State,
  registrable: readonly Registrable[],
): Generator<{ move: Move; state: State }> {
  for (const goal of GOALS) {
    for (const { route, effects, proofs } of journeysTo(policy, state, goal)) {
      const registers = REGISTERING.some((effect) => effects.includes(effect));
      // In the repair window something may be registered, and need not.
      const may = effects.includes('open-repair-window');
      for (const registered of registers ? registrable : may ? [undefined, ...registrable] : [undefined]) {
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
 * Every way in which the proofs in hand lead to the goal, walked as the pages walk it: only what is asked for is given. A session
 * below the policy's least class opens nothing, so signing in aims at that class.
 */
export function* journeysTo(
  policy: Policy,
  state: State,
  goal: Goal,
  given: readonly Proof[] = [],
): Generator<Completion> {
  const { standing, hands, now } = state;
  const aim = goal === 'sign-in' ? { goal, atLeast: policy.minimumAcr } : { goal };
  const verdict = decide(policy, standing, aim, given, now);
  if (verdict.verdict === 'allow') yield { route: verdict.route, effects: verdict.effects, proofs: given.map(bare) };
  if (verdict.verdict !== 'ask') return;
  for (const option of verdict.options) {
    const fitting = hands
      .filter(
        ({ kind, by }) => countsAs(kind, option) && !given.some((proof) => proof.kind === kind && proof.by === by),
      )
      .map((held) => asProof(standing, held, now));
    for (const proof of countedProofs(standing, goal, fitting, now))
      yield* journeysTo(policy, state, goal, [...given, proof]);
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
