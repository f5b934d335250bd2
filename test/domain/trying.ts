import { expect } from 'vitest';
import { classForChanges } from '../../src/domain/act.ts';
import type { HeldCredential } from '../../src/domain/credential.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { countsAs, type Proof } from '../../src/domain/proof.ts';
import { asProof, type Journeyed, type Move, type State } from '../../src/domain/state.ts';
import type { Aim, Effect, Verdict } from '../../src/domain/verdict.ts';
import { expand, isBound } from '../../src/domain/way.ts';

/** Journeys written down a second time and more simply, for trying everything. */
const aimAt = (policy: Policy, goal: Journeyed['goal']): Aim =>
  goal === 'sign-in' ? { goal, atLeast: policy.minimumAcr } : { goal };

/**
 * The proofs of one journey as the pages take them: one at a time, each asked for, and the last one completes it. Whom a sign-in
 * lets in at the least class is asked for more by the console; who owes a first second factor registers it whatever the class.
 */
export function walk(policy: Policy, state: State, { goal, route, proofs }: Journeyed): readonly string[] {
  const given = proofs.map((evidence) => asProof(state.standing, evidence, state.now));
  const owes = policy.secondFactor.required && !isBound(policy, state.standing);
  const aims: Aim[] =
    goal === 'sign-in'
      ? [aimAt(policy, goal), { goal, atLeast: classForChanges(policy, state.standing) }, ...(owes ? [{ goal }] : [])]
      : [{ goal }];
  const isAsked = (verdict: Verdict, at: number) =>
    verdict.verdict === 'ask' && verdict.options.some((option) => countsAs(given[at]?.kind ?? 'invitation', option));
  const asked = aims.map((aim) =>
    given.map((_, at) => decide(policy, state.standing, aim, given.slice(0, at), state.now)),
  );
  expect(asked.some((verdicts) => verdicts.every(isAsked))).toBe(true);
  for (const evidence of proofs) expect(state.hands).toContainEqual(evidence);
  const verdicts = aims.map((aim) => decide(policy, state.standing, aim, given, state.now));
  const verdict = verdicts.find((one) => one.verdict === 'allow' && one.route === route);
  expect(verdict).toMatchObject({ verdict: 'allow', route });
  return verdict?.verdict === 'allow' ? verdict.effects : [];
}

/** What a finished journey leaves, written down a second time and more simply: the test's own idea of SPEC T8 and T10. */
export function completed(
  policy: Policy,
  state: State,
  { goal, proofs, registered }: Journeyed,
  effects: readonly string[],
): State {
  const until = state.now + policy.lifetimes.settling * 1000;
  const brings: [HeldCredential, State['hands'][number]][] = [];
  if (effects.includes('set-password')) {
    brings.push([
      { id: 'new-password', kind: 'password', state: 'active', unsettledUntil: until },
      { kind: 'password', by: 'new-password' },
    ]);
  }
  if (registered) {
    const kind = registered === 'totp' ? 'totp' : 'passkey';
    const unsettledUntil = effects.includes('enrol-first-second-factor') ? null : until;
    brings.push([
      { id: `new-${kind}`, kind, state: 'active', unsettledUntil },
      { kind: registered, by: `new-${kind}` },
    ]);
  }
  const goes = (held: HeldCredential) =>
    brings.some(([brought]) => brought.id === held.id) ||
    (held.kind === 'password' ? effects.includes('set-password') : effects.includes('replace-second-factors'));
  const gone = state.standing.credentials.filter(goes).map(({ id }) => id);
  const { restoreCode } = state.standing;
  const spent = effects.includes('spend-restore-code') && restoreCode !== null;
  const next = policy.restoreCode.offered ? { id: 'new-restore-code', byEmail: false, unsettledUntil: until } : null;
  if (spent) gone.push(restoreCode.id);
  // SPEC M2–M5: a code of one's own, gone with its last use and with every recovery.
  const issued = effects.includes('issue-emergency-code');
  const spentByUse = policy.emergencyCode.uses === 1 && effects.includes('open-repair-window');
  const over = issued || effects.includes('end-sessions') || spentByUse;
  const code = { id: 'new-emergency-code', highestAcr: policy.emergencyCode.acr, madeBy: 'owner' } as const;
  const emergency = { kind: 'emergency-code' as const, by: code.id };
  if (over && state.standing.emergencyCode) gone.push(state.standing.emergencyCode.id);
  const kinds = new Set(proofs.map(({ kind }) => kind));
  const full =
    kinds.has('passkey-uv') ||
    (kinds.has('password') && (kinds.has('totp') || kinds.has('passkey') || kinds.has('sms-code')));
  const isSettled = (id: string) =>
    goal === 'sign-in' && full && !kinds.has('emergency-code') && proofs.some(({ by }) => by === id);
  return {
    ...state,
    standing: {
      ...state.standing,
      restoreCode: spent ? next : restoreCode,
      emergencyCode: issued ? code : over ? null : state.standing.emergencyCode,
      boundToSecondFactor: state.standing.boundToSecondFactor || registered !== undefined,
      credentials: [
        ...state.standing.credentials
          .filter((held) => !goes(held))
          .map((held) => (isSettled(held.id) ? { ...held, unsettledUntil: null } : held)),
        ...brings.map(([held]) => held),
      ],
    },
    hands: [
      ...state.hands.filter(({ by }) => !gone.includes(by)),
      ...brings.map(([, evidence]) => evidence),
      ...(issued ? [emergency] : []),
      ...(spent && next ? [{ kind: 'restore-code' as const, by: next.id }] : []),
    ],
  };
}

export function replay(policy: Policy, start: State, path: readonly Move[]): State {
  return path.reduce((state, move) => {
    if (move.move === 'journey') return completed(policy, state, move, walk(policy, state, move));
    expect(move.until).toBeGreaterThan(state.now);
    return { ...state, now: move.until };
  }, start);
}

/**
 * What is done by showing everything at once, and by showing nothing but what one route asks for: whoever holds enough for two routes may walk
 * the one that the policy puts last. Refused at the door, nobody is asked for anything, whatever they could show; and a recovery begins with an
 * e-mail that has to be read.
 */
function shown(policy: Policy, { standing, hands, now }: State, goal: Journeyed['goal']): readonly Effect[][] {
  if (goal !== 'sign-in' && decide(policy, standing, aimAt(policy, goal), [], now).verdict !== 'ask') return [];
  const usable = hands.filter(({ kind }) => !standing.closed.includes(kind));
  const isRead = usable.some(({ by }) =>
    standing.contacts.some(({ id, kind, countsFrom }) => id === by && kind === 'email' && countsFrom <= now),
  );
  if (goal.startsWith('reset-') && !isRead) return [];
  const sets = [
    usable,
    ...policy.routes[goal]
      .flatMap((route) => expand(route, policy))
      .map(({ proofs }) => usable.filter(({ kind }) => proofs.some((wanted) => countsAs(kind, wanted)))),
  ];
  const done = sets.flatMap((set): [string, Effect[]][] => {
    const given = set.map((held): Proof => ({ ...held, at: now }));
    const verdict = decide(policy, standing, aimAt(policy, goal), given, now);
    return verdict.verdict === 'allow' ? [[verdict.effects.join(), [...verdict.effects]]] : [];
  });
  return [...new Map(done).values()];
}

/** When they get in, by brute force: no proof after another, no keys, no order of visits, but every sequence of `depth` journeys and waits. */
export function tryAll(policy: Policy, state: State, depth: number): number {
  if (shown(policy, state, 'sign-in').length > 0) return state.now;
  if (depth === 0) return Number.POSITIVE_INFINITY;
  const next: State[] = [];
  for (const goal of ['reset-password', 'reset-second-factor', 'reset-both', 'emergency-code'] as const) {
    for (const effects of shown(policy, state, goal)) {
      const registers = effects.some((one) => one === 'replace-second-factors' || one === 'add-second-factor');
      for (const registered of registers ? (['totp', 'passkey'] as const) : [undefined]) {
        const journey: Journeyed = { move: 'journey', goal, route: '', proofs: [], ...(registered && { registered }) };
        next.push(completed(policy, state, journey, effects));
      }
    }
  }
  const { credentials, contacts, restoreCode } = state.standing;
  const times = [
    ...credentials.map((held) => held.unsettledUntil ?? 0),
    ...contacts.flatMap(({ countsFrom, since }) => [
      countsFrom,
      ...(since === undefined ? [] : agesIn(policy).map((age) => since + age * 1000)),
    ]),
    restoreCode?.unsettledUntil ?? 0,
  ];
  for (const now of new Set(times.filter((time) => time > state.now))) next.push({ ...state, now });
  return Math.min(...next.map((one) => tryAll(policy, one, depth - 1)), Number.POSITIVE_INFINITY);
}

function agesIn({ routes }: Policy): number[] {
  return Object.values(routes)
    .flat()
    .flatMap(({ heldFor }) => Object.values(heldFor ?? {}))
    .filter((age) => age !== undefined);
}
