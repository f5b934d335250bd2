import type { Move } from '../state.ts';
import { type Examined, type ExaminedKind, holdsFactor } from './examined.ts';
import { type Example, type Finding, type FindingName, finding, type Severity } from './findings.ts';
import { reachWith } from './take-over.ts';
import type { Theft } from './thefts.ts';
import { LEVELS, type Level, type Reach, type Workings } from './workings.ts';

interface Looked {
  readonly name: FindingName;
  readonly severity: Severity;
  readonly thefts: readonly Theft[];
  /** What is worth a finding. A laptop that is left signed in is in already: only more counts. */
  readonly from: Level;
}

const looked = (name: FindingName, severity: Severity, thefts: readonly Theft[], from: Level = 'enters'): Looked => ({
  name,
  severity,
  thefts,
  from,
});

/** Sets of thefts that must not suffice (error) or that one should know of (warning) on an account that holds a second factor. */
const LOOKED_AT: readonly Looked[] = [
  looked('mailbox-alone-takes-over', 'error', ['mailbox']),
  looked('sim-alone-takes-over', 'error', ['sim']),
  looked('password-alone-takes-over', 'error', ['password']),
  looked('security-key-alone-takes-over', 'error', ['security-key']),
  looked('mailbox-and-sim-take-over', 'error', ['mailbox', 'sim']),
  looked('unlocked-phone-alone-takes-over', 'warning', ['unlocked-phone']),
  looked('signed-in-laptop-alone-takes-over', 'warning', ['signed-in-laptop'], 'takes-over'),
  looked('password-and-mailbox-take-over', 'warning', ['mailbox', 'password']),
  looked('password-and-sim-take-over', 'warning', ['sim', 'password']),
  looked('operator-and-mailbox-take-over', 'warning', ['mailbox', 'one-operator'], 'takes-over'),
  looked('operator-and-password-take-over', 'warning', ['password', 'one-operator'], 'takes-over'),
];

/** What thieves come to on accounts that hold a second factor, where nothing less of theirs says the same already. */
export function findingsOfThefts({ workings, kinds }: Examined): Finding[] {
  const bound = kinds.filter(({ kind }) => holdsFactor(workings.policy, kind));
  const found: { readonly thefts: readonly Theft[]; readonly findings: Finding[] }[] = [];
  for (const { name, severity, thefts, from } of LOOKED_AT) {
    const known = found.some((less) => less.findings.length > 0 && covers(less.thefts, thefts));
    const examples = known ? [] : worst(workings, bound, thefts, from);
    found.push({ thefts, findings: finding(name, severity, examples) });
  }
  const said = found.flatMap(({ findings }) => findings);
  return [...said, ...resets(workings, bound, said), ...climbs(bound), ...uselessPassword(bound)];
}

/** Whoever has the second set has the first: each theft itself, the mailbox that lies open on phone or laptop. */
function covers(less: readonly Theft[], more: readonly Theft[]): boolean {
  const within: Partial<Record<Theft, readonly Theft[]>> = {
    mailbox: ['mailbox', 'unlocked-phone', 'signed-in-laptop'],
    sim: ['sim', 'unlocked-phone'],
  };
  return less.every((theft) => more.some((one) => (within[theft] ?? [theft]).includes(one)));
}

function worst(workings: Workings, kinds: readonly ExaminedKind[], thefts: readonly Theft[], from: Level): Example[] {
  const shown = kinds
    .map(({ kind }) => ({ kind, reach: reachWith(workings, kind, thefts) }))
    .filter(({ reach }) => LEVELS.indexOf(reach.level) >= LEVELS.indexOf(from));
  const [first] = shown.toSorted((a, b) => LEVELS.indexOf(b.reach.level) - LEVELS.indexOf(a.reach.level));
  return first ? [{ by: 'theft', thefts, ...first }] : [];
}

/** A thief who is not in has still set the owner's password, or put a factor in the place of theirs. */
function resets(workings: Workings, kinds: readonly ExaminedKind[], said: readonly Finding[]): Finding[] {
  const isSaid = (name: FindingName) => said.some((one) => one.name === name);
  return (['mailbox', 'sim'] as const).flatMap((theft) =>
    isSaid(`${theft}-alone-takes-over`)
      ? []
      : finding(`${theft}-alone-resets`, 'warning', worst(workings, kinds, [theft], 'resets')),
  );
}

/** What one recovery set is a proof in the next (SPEC T10, ATTACKS A35): it takes a wait, or a sign-in between. */
function climbs(kinds: readonly ExaminedKind[]): Finding[] {
  for (const { kind, complete, takeOver } of kinds) {
    if (!complete) continue;
    const climbing = takeOver.smallest.find(({ reach }) => isClimb(reach));
    if (climbing) return finding('recovery-opens-recovery', 'warning', [{ by: 'theft', kind, ...climbing }]);
  }
  return [];
}

function isClimb({ moves }: Reach): boolean {
  const journeys = moves.flatMap((move) => (move.move === 'journey' && move.goal !== 'sign-in' ? [move] : []));
  return journeys.some((one, at) =>
    journeys.slice(at + 1).some((later) => later.proofs.some(({ kind }) => sets(one, kind))),
  );
}

function sets({ goal, registered }: Extract<Move, { move: 'journey' }>, kind: string): boolean {
  if (kind === 'password') return goal === 'reset-password' || goal === 'reset-both' || goal === 'lift-freeze';
  return registered !== undefined && kind.startsWith(registered === 'totp' ? 'totp' : 'passkey');
}

/** Whoever takes a complete account of some kind over never needs its password. */
function uselessPassword(kinds: readonly ExaminedKind[]): Finding[] {
  const useless = kinds.find((one) => one.complete && one.kind.holds.includes('password') && isUseless(one));
  const shown = useless?.takeOver.smallest[0];
  return useless && shown
    ? finding('password-adds-nothing', 'warning', [{ by: 'theft', kind: useless.kind, ...shown }])
    : [];
}

function isUseless({ takeOver: { smallest } }: ExaminedKind): boolean {
  return smallest.length > 0 && !smallest.some(({ thefts }) => thefts.includes('password'));
}
