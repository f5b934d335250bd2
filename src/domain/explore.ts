import { type Acr, assurance, satisfies } from './assurance.ts';
import type { HeldCredential, Standing } from './credential.ts';
import { countedProofs, decide } from './decide.ts';
import { type Goal, type Policy, RECOVERY_GOALS } from './policy.ts';
import { countsAs, type Proof } from './proof.ts';
import type { Effect } from './verdict.ts';

/** A proof that somebody could give: of which kind, by which credential or contact point of the account. */
export type Evidence = Pick<Proof, 'kind' | 'by'>;

/** What somebody can register when a second factor is owed. Whoever has a passkey with user verification brings `passkey-uv`. */
export type Registrable = 'totp' | 'passkey' | 'passkey-uv';

/**
 * Somebody before the account: the owner after a loss, a thief after a theft. `hands`: the proofs that they can give; `session`: the
 * class of the best session that they have opened by signing in, or `recovered` for the one that a recovery leaves behind (class 1
 * whatever was proven, DESIGN rule 7). Times in milliseconds.
 */
export interface State {
  readonly standing: Standing;
  readonly hands: readonly Evidence[];
  readonly session: Acr | 'recovered' | null;
  readonly now: number;
}

/** One journey walked to its end, or time gone by. */
export type Move =
  | {
      readonly move: 'journey';
      readonly goal: Goal;
      readonly route: string;
      /** In the order in which they were asked for. */
      readonly proofs: readonly Evidence[];
      /** The second factor that was registered at its end. */
      readonly registered?: Registrable;
    }
  | { readonly move: 'wait'; readonly until: number };
export type Journeyed = Extract<Move, { move: 'journey' }>;

/** A state and how one comes to it from the beginning. */
export interface Reached {
  readonly state: State;
  readonly path: readonly Move[];
}

/** Signing in, making an emergency code, and whatever the e-mailed link leads to. An invitation begins an account; it is no way back into one. */
const GOALS: readonly Goal[] = ['sign-in', ...RECOVERY_GOALS, 'emergency-code'];

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
    const key = keyOf(next.state);
    if (seen.has(key)) continue;
    seen.add(key);
    yield next;
    for (const { move, state } of movesFrom(policy, next.state, registrable))
      open.push({ state, path: [...next.path, move] });
  }
}

const REGISTERING: readonly Effect[] = ['replace-second-factors', 'add-second-factor', 'enrol-first-second-factor'];

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
  const until = nextChange(state);
  if (until !== undefined) yield { move: { move: 'wait', until }, state: { ...state, now: until } };
}

interface Completion {
  readonly route: string;
  readonly effects: readonly Effect[];
  readonly proofs: readonly Evidence[];
}

/**
 * Every way in which the proofs in hand lead to the goal, walked as the pages walk it: only what is asked for is given. A session
 * below the policy's least class opens nothing, so signing in aims at that class.
 */
function* journeysTo(policy: Policy, state: State, goal: Goal, given: readonly Proof[] = []): Generator<Completion> {
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

/** An emergency code carries what it may reach. */
function asProof({ emergencyCode }: Standing, evidence: Evidence, at: number): Proof {
  if (evidence.kind !== 'emergency-code' || !emergencyCode) return { ...evidence, at };
  const { highestAcr, madeBy } = emergencyCode;
  return { ...evidence, at, highestAcr, madeBy };
}

function bare({ kind, by }: Proof): Evidence {
  return { kind, by };
}

/** What completing a journey makes of the account and of the hands, as the flows do it. */
function performed(
  policy: Policy,
  state: State,
  effects: readonly Effect[],
  proofs: readonly Evidence[],
  registered: Registrable | undefined,
): State {
  const rests = state.now + policy.lifetimes.settling * 1000;
  const { acr } = assurance(proofs.map((proof) => asProof(state.standing, proof, state.now)));
  let after = state;
  if (effects.includes('end-sessions')) after = withoutEmergencyCode({ ...after, session: null });
  if (effects.includes('open-recovered-session')) after = { ...after, session: 'recovered' };
  if (effects.includes('open-session')) after = settled(withSession(after, acr), acr, proofs);
  if (effects.includes('undo-contested')) after = { ...after, standing: { ...after.standing, frozen: null } };
  if (effects.includes('set-password')) after = replaced(after, ['password'], 'password', rests);
  if (effects.includes('replace-second-factors') && registered)
    after = bound(replaced(after, ['totp', 'passkey'], registered, rests));
  if (effects.includes('add-second-factor') && registered) after = bound(replaced(after, [], registered, rests));
  if (effects.includes('open-repair-window'))
    after = spentEmergencyCode(policy, registered ? bound(replaced(after, [], registered, rests)) : after);
  if (effects.includes('issue-emergency-code')) after = withEmergencyCode(policy, after);
  if (effects.includes('spend-restore-code')) after = withNextCode(policy, after, rests);
  if (effects.includes('enrol-first-second-factor') && registered) after = bound(replaced(after, [], registered, null));
  return after;
}

function withSession(state: State, acr: Acr): State {
  const { session } = state;
  return session && session !== 'recovered' && satisfies(session, acr) ? state : { ...state, session: acr };
}

/** A full two-factor sign-in settles what it used (SPEC T10); an emergency code is no second factor of the owner's own. */
function settled(state: State, acr: Acr, used: readonly Evidence[]): State {
  if (acr === 'urn:regain:acr:1' || used.some(({ kind }) => kind === 'emergency-code')) return state;
  const credentials = state.standing.credentials.map((held) =>
    used.some((proof) => proof.by === held.id) ? { ...held, unsettledUntil: null } : held,
  );
  return { ...state, standing: { ...state.standing, credentials } };
}

/** `brought` in, on the account and in hand; everything of the kinds `old` out. */
function replaced(
  { standing, hands, ...rest }: State,
  old: readonly HeldCredential['kind'][],
  brought: 'password' | Registrable,
  unsettledUntil: number | null,
): State {
  const kind = brought === 'passkey-uv' ? 'passkey' : brought;
  const id = `new-${kind}`;
  // What was brought before and is brought again tells no two states apart.
  const gone = standing.credentials.filter((held) => old.includes(held.kind) || held.id === id).map((held) => held.id);
  const credentials = standing.credentials.filter((held) => !gone.includes(held.id));
  return {
    standing: { ...standing, credentials: [...credentials, { id, kind, state: 'active', unsettledUntil }] },
    hands: [...hands.filter((held) => !gone.includes(held.by)), { kind: brought, by: id }],
    ...rest,
  };
}

/** The restore code was used: it is nothing any more, and where the policy offers codes the next one was shown, and rests (SPEC S3, T10). */
function withNextCode(policy: Policy, { standing, hands, ...rest }: State, unsettledUntil: number): State {
  const left = hands.filter(({ kind }) => kind !== 'restore-code');
  if (!policy.restoreCode.offered) return { standing: { ...standing, restoreCode: null }, hands: left, ...rest };
  const restoreCode = { id: 'new-restore-code', byEmail: false, unsettledUntil };
  return {
    standing: { ...standing, restoreCode },
    hands: [...left, { kind: 'restore-code', by: restoreCode.id }],
    ...rest,
  };
}

/** A code of the owner's own making, in place of the one before. */
function withEmergencyCode(policy: Policy, { standing, hands, ...rest }: State): State {
  const emergencyCode = { id: 'new-emergency-code', highestAcr: policy.emergencyCode.acr, madeBy: 'owner' } as const;
  return {
    standing: { ...standing, emergencyCode },
    hands: [...hands.filter(({ kind }) => kind !== 'emergency-code'), { kind: 'emergency-code', by: emergencyCode.id }],
    ...rest,
  };
}

function spentEmergencyCode(policy: Policy, state: State): State {
  return policy.emergencyCode.uses > 1 ? state : withoutEmergencyCode(state);
}

function withoutEmergencyCode({ standing, hands, ...rest }: State): State {
  const left = hands.filter(({ kind }) => kind !== 'emergency-code');
  return { standing: { ...standing, emergencyCode: null }, hands: left, ...rest };
}

function bound(state: State): State {
  return { ...state, standing: { ...state.standing, boundToSecondFactor: true } };
}

/** When the next thing in hand begins to count as a proof in a recovery; undefined when everything does. */
function nextChange({ standing, hands, now }: State): number | undefined {
  const held = (id: string) => hands.some((evidence) => evidence.by === id);
  const times = [
    ...standing.credentials.filter(({ id }) => held(id)).map(({ unsettledUntil }) => unsettledUntil ?? 0),
    ...standing.contacts.filter(({ id }) => held(id)).map(({ countsFrom }) => countsFrom),
    ...(standing.restoreCode && held(standing.restoreCode.id) ? [standing.restoreCode.unsettledUntil ?? 0] : []),
  ];
  const ahead = times.filter((time) => time > now);
  return ahead.length > 0 ? Math.min(...ahead) : undefined;
}

/** States with the same key lead to the same places: who holds what, and for how long it rests. */
function keyOf({ standing, hands, session, now }: State): string {
  const rest = (until: number | null) => Math.max(0, (until ?? 0) - now);
  return JSON.stringify([
    session,
    standing.suspended,
    standing.frozen,
    standing.boundToSecondFactor,
    standing.credentials.map((held) => `${held.id} ${held.kind} ${held.state} ${rest(held.unsettledUntil)}`).toSorted(),
    standing.contacts.map((held) => `${held.id} ${held.verified} ${rest(held.countsFrom)}`).toSorted(),
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
