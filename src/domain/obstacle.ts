import { factorsOf, type Holder, holdersOf, type Standing } from './credential.ts';
import type { Goal } from './policy.ts';
import type { Proof, ProofKind } from './proof.ts';
import type { RefusalReason } from './verdict.ts';
import { isOnePath, oldEnoughFrom, type Way } from './way.ts';

/** Something lacks, or counts only from a time (milliseconds) on. */
export type Obstacle =
  | RefusalReason
  | { readonly until: number; readonly why: 'recovered-recently' | 'contact-changed-recently' };

/** Why this account cannot give such a proof, or `undefined` when it can. */
export function obstacle(standing: Standing, goal: Goal, way: Way, kind: ProofKind, now: number): Obstacle | undefined {
  if (kind === 'emergency-code' && goal !== 'sign-in') return 'no-route';
  if (standing.closed.includes(kind)) return kind === 'sms-code' ? 'sms-unavailable' : 'no-route';
  if (kind === 'restore-code' && isOnePath(standing, way)) return 'needs-restore-code';
  const holders = goal === 'sign-in' || kind === way.factor ? factorsOf(standing, kind) : holdersOf(standing, kind);
  if (holders.length === 0) return LACKING[kind];
  const waits = holders.map((held) => later(restsUntil(held, goal, now), youngUntil(held, way, kind, now)));
  if (waits.some((wait) => wait === undefined)) return undefined;
  return waits.toSorted((a, b) => (a?.until ?? 0) - (b?.until ?? 0))[0];
}

/** The same for a proof already given: its own credential must still stand and count. */
export function obstacleToGiven(standing: Standing, goal: Goal, proof: Proof, now: number): Obstacle | undefined {
  // It stands in for a factor at a sign-in, and climbs to nothing else (ATTACKS A35).
  if (proof.kind === 'emergency-code' && goal !== 'sign-in') return 'no-route';
  const holders = goal === 'sign-in' ? factorsOf(standing, proof.kind) : holdersOf(standing, proof.kind);
  const held = holders.find((holder) => holder.id === proof.by);
  return held ? restsUntil(held, goal, now) : LACKING[proof.kind];
}

/** What time alone takes away. */
export type Rest = Exclude<Obstacle, RefusalReason>;

/** Signing in uses what there is; a recovery only what no other recovery brought in lately (SPEC T10, ATTACKS A35). */
function restsUntil(held: Holder, goal: Goal, now: number): Rest | undefined {
  if (!isRecovery(goal)) return undefined;
  if ('countsFrom' in held)
    return held.countsFrom > now ? { until: held.countsFrom, why: 'contact-changed-recently' } : undefined;
  if (!('unsettledUntil' in held)) return undefined;
  const until = held.unsettledUntil;
  return until !== null && until > now ? { until, why: 'recovered-recently' } : undefined;
}

/** Until when the account has not had it for as long as this way asks. */
function youngUntil(held: Holder, way: Way, kind: ProofKind, now: number): Rest | undefined {
  if (!('countsFrom' in held)) return undefined;
  const until = oldEnoughFrom(way, kind, held);
  return until > now ? { until, why: 'contact-changed-recently' } : undefined;
}

function later(one: Rest | undefined, other: Rest | undefined): Rest | undefined {
  return (one?.until ?? 0) >= (other?.until ?? 0) ? one : other;
}

const LACKING: Record<ProofKind, RefusalReason> = {
  password: 'needs-password',
  totp: 'needs-second-factor',
  passkey: 'needs-second-factor',
  'passkey-uv': 'needs-second-factor',
  'sms-code': 'needs-verified-phone',
  'email-code': 'needs-verified-email',
  'restore-code': 'needs-restore-code',
  'emergency-code': 'needs-emergency-code',
  invitation: 'no-route',
};

/** Goals that only what has settled leads to: all but signing in and an invitation. */
export function isRecovery(goal: Goal): boolean {
  return goal !== 'sign-in' && goal !== 'accept-invitation';
}
