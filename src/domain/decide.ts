import { type Acr, assurance, satisfies } from './assurance.ts';
import { factorsOf, holdersOf, type Standing } from './credential.ts';
import type { Goal, Policy, Route } from './policy.ts';
import { countsAs, isAuthenticator, type Proof, type ProofKind } from './proof.ts';

/** Where a journey wants to get. `atLeast` is the class of authentication that a step-up or an application asks for. */
export interface Aim {
  readonly goal: Goal;
  readonly atLeast?: Acr;
}

/**
 * What reaching the goal does. The flow performs them in one transaction:
 * `open-session`: a session by the proofs given; `open-recovered-session`: one of class 1 (DESIGN rule 7);
 * `enrol-first-second-factor`: owed before anything else; `set-password`; `replace-second-factors`: a new one in, all old ones out;
 * `add-second-factor`: a new one in beside them; `spend-restore-code`: the one that was used is nothing any more;
 * `open-repair-window`: what was lost may be removed and something new added without more (SPEC M4); `issue-emergency-code`: a code in place of the
 * one before;
 * `end-sessions`: sessions, grants, tokens, open journeys and links of the account; `undo-contested`: what the contested acts
 * removed is revived, what they added goes.
 */
export type Effect =
  | 'open-session'
  | 'open-recovered-session'
  | 'enrol-first-second-factor'
  | 'set-password'
  | 'replace-second-factors'
  | 'add-second-factor'
  | 'spend-restore-code'
  | 'open-repair-window'
  | 'issue-emergency-code'
  | 'end-sessions'
  | 'undo-contested';

export type RefusalReason =
  | 'account-suspended'
  | 'account-frozen'
  | 'not-frozen'
  | 'untouched-proof-needed'
  | 'authenticator-needed'
  | 'recovery-off'
  | 'no-route'
  | 'needs-password'
  | 'needs-second-factor'
  | 'needs-verified-phone'
  | 'needs-verified-email'
  | 'needs-restore-code'
  | 'needs-emergency-code'
  | 'sms-unavailable'
  | 'assurance-out-of-reach';

/** One step of the way that is offered first: for the quiet line "E-mail ✓ · Password · SMS". */
export interface Step {
  readonly proof: ProofKind;
  readonly done: boolean;
}

export type Verdict =
  | {
      readonly verdict: 'allow';
      readonly route: string;
      readonly effects: readonly Effect[];
      readonly steps: readonly Step[];
    }
  | { readonly verdict: 'ask'; readonly options: readonly ProofKind[]; readonly steps: readonly Step[] }
  | {
      readonly verdict: 'wait';
      readonly until: number;
      readonly why: 'recovered-recently' | 'contact-changed-recently';
    }
  | { readonly verdict: 'refuse'; readonly reasons: readonly RefusalReason[] };

/** A route with `second-factor` replaced by one concrete kind, its `factor`. */
interface Way {
  readonly route: Route;
  readonly proofs: readonly ProofKind[];
  readonly factor: ProofKind | undefined;
}

/**
 * The one decision. Pure: what `policy` asks of an account in this `standing` that has given these `proofs` on its way to
 * `aim`, at `now` (milliseconds). Nothing else in Regain decides who gets in.
 */
export function decide(policy: Policy, standing: Standing, aim: Aim, proofs: readonly Proof[], now: number): Verdict {
  if (standing.suspended) return { verdict: 'refuse', reasons: ['account-suspended'] };
  if ((aim.goal === 'lift-freeze') !== (standing.frozen !== null))
    return { verdict: 'refuse', reasons: [standing.frozen ? 'account-frozen' : 'not-frozen'] };
  if (isRecovery(aim.goal) && !policy.selfRecovery) return { verdict: 'refuse', reasons: ['recovery-off'] };

  const listed = waysTo(policy, standing, aim);
  const counted = countedProofs(standing, aim.goal, proofs, now);
  const on = (way: Way) => countedOn(standing, way, counted);
  const reached = listed.find(
    (way) =>
      missingFrom(way, on(way)).length === 0 && reaches(aim, way, on(way)) && answersContest(standing, way, on(way)),
  );
  if (reached) {
    return {
      verdict: 'allow',
      route: reached.route.id,
      effects: effectsOf(policy, standing, aim.goal, reached),
      steps: stepsOf(reached, on(reached)),
    };
  }

  const open = listed.filter(
    (way) =>
      way.proofs.every((kind) => !obstacle(standing, aim.goal, way, kind, now)) && couldReach(standing, aim, way),
  );
  if (open.length === 0) return closedVerdict(standing, aim, listed, now);
  const strong = open.filter((way) => isStrongEnough(standing, way));
  if (strong.length === 0) return { verdict: 'refuse', reasons: ['authenticator-needed'] };
  const walkable = strong.filter((way) => couldBeUntouched(standing, way));
  if (walkable.length === 0) return { verdict: 'refuse', reasons: ['untouched-proof-needed'] };

  // Going on from what was given comes before starting over another way.
  const progress = (way: Way) => way.proofs.length - missingFrom(way, on(way)).length;
  const best = Math.max(...walkable.map(progress));
  const ahead = walkable.filter((way) => progress(way) === best && missingFrom(way, on(way)).length > 0);
  const options = [...new Set(ahead.flatMap((way) => missingFrom(way, on(way)).slice(0, 1)))];
  const [first] = ahead;
  if (!first) return { verdict: 'refuse', reasons: ['assurance-out-of-reach'] };
  return { verdict: 'ask', options, steps: stepsOf(first, on(first)) };
}

/** The proofs that still count: their credential or contact stands, and is allowed as a proof for this goal at `now`. */
export function countedProofs(standing: Standing, goal: Goal, proofs: readonly Proof[], now: number): readonly Proof[] {
  return proofs.filter((proof) => obstacleToGiven(standing, goal, proof, now) === undefined);
}

/**
 * Whether the account is treated as having a second factor: it ever held or owes one, or it can give a proof of a kind that the
 * policy counts as one. A verified phone binds where SMS counts.
 */
export function isBound(policy: Policy, standing: Standing): boolean {
  const { kinds } = policy.secondFactor;
  return standing.boundToSecondFactor || kinds.some((kind) => holdersOf(standing, kind).length > 0);
}

function holdsSecondFactor(policy: Policy, standing: Standing): boolean {
  return policy.secondFactor.kinds.some((kind) => factorsOf(standing, kind).length > 0);
}

/**
 * Where a phone is asked for as a second factor, one that was switched off gives none; beside an e-mailed code a restore code that came by
 * e-mail is none.
 */
function countedOn(standing: Standing, way: Way, counted: readonly Proof[]): readonly Proof[] {
  const { factor } = way;
  const given = isOnePath(standing, way) ? counted.filter(({ kind }) => kind !== 'restore-code') : counted;
  if (factor !== 'sms-code') return given;
  const on = factorsOf(standing, factor).map(({ id }) => id);
  return given.filter(({ kind, by }) => kind !== factor || on.includes(by));
}

/** Two codes that came through one mailbox are one path (SPEC S11). */
function isOnePath({ restoreCode }: Standing, { proofs }: Way): boolean {
  return restoreCode?.byEmail === true && proofs.includes('restore-code') && proofs.includes('email-code');
}

function isRecovery(goal: Goal): boolean {
  return goal !== 'sign-in' && goal !== 'accept-invitation';
}

function waysTo(policy: Policy, standing: Standing, aim: Aim): Way[] {
  // An operator's codes need no page where people make their own.
  if (aim.goal === 'emergency-code' && !policy.emergencyCode.offered) return [];
  return policy.routes[aim.goal]
    .filter((route) => !route.when || (route.when === 'bound') === isBound(policy, standing))
    .flatMap((route) => expand(route, policy));
}

function expand(route: Route, policy: Policy): Way[] {
  const kinds = route.proofs.includes('second-factor') ? policy.secondFactor.kinds : [undefined];
  return kinds.map((factor) => ({
    route,
    proofs: route.proofs.flatMap((wanted) => (wanted === 'second-factor' ? (factor ?? []) : wanted)),
    factor,
  }));
}

function missingFrom(way: Way, proofs: readonly Proof[]): ProofKind[] {
  return way.proofs.filter((wanted) => !proofs.some((proof) => countsAs(proof.kind, wanted)));
}

function reaches(aim: Aim, way: Way, proofs: readonly Proof[]): boolean {
  const used = proofs.filter((proof) => way.proofs.some((wanted) => countsAs(proof.kind, wanted)));
  return !aim.atLeast || satisfies(assurance(used).acr, aim.atLeast);
}

/** Whether a way can reach the class asked for at all, taking each of its proofs as given. */
function couldReach({ emergencyCode }: Standing, aim: Aim, way: Way): boolean {
  const given = way.proofs.map(
    (kind): Proof =>
      kind === 'emergency-code' && emergencyCode
        ? { kind, at: 0, by: emergencyCode.id, highestAcr: emergencyCode.highestAcr }
        : { kind, at: 0, by: '' },
  );
  return !aim.atLeast || satisfies(assurance(given).acr, aim.atLeast);
}

/**
 * Whether this way back stands on more than the contested acts did: whoever did them must not walk it, so one proof is by something that they
 * did not use; nor may a weaker way overrule a stronger act, so what was done with an authenticator is undone with one
 * (docs/decisions/0008).
 */
function answersContest(standing: Standing, way: Way, proofs: readonly Proof[]): boolean {
  const used = standing.frozen?.used;
  if (!used) return true;
  const walked = proofs.filter(({ kind }) => way.proofs.some((wanted) => countsAs(kind, wanted)));
  return isStrongEnough(standing, way) && walked.some(({ by }) => !used.includes(by));
}

function isStrongEnough({ frozen }: Standing, { proofs }: Way): boolean {
  return !frozen?.byAuthenticator || proofs.some(isAuthenticator);
}

/** Whether the account has anything for this way that the contested acts did not use. */
function couldBeUntouched(standing: Standing, way: Way): boolean {
  const used = standing.frozen?.used;
  return !used || way.proofs.some((kind) => holdersOf(standing, kind).some((held) => !used.includes(held.id)));
}

type Obstacle =
  | RefusalReason
  | { readonly until: number; readonly why: 'recovered-recently' | 'contact-changed-recently' };

/** Why this account cannot give such a proof, or `undefined` when it can. */
function obstacle(standing: Standing, goal: Goal, way: Way, kind: ProofKind, now: number): Obstacle | undefined {
  if (kind === 'emergency-code' && goal !== 'sign-in') return 'no-route';
  if (standing.closed.includes(kind)) return kind === 'sms-code' ? 'sms-unavailable' : 'no-route';
  if (kind === 'restore-code' && isOnePath(standing, way)) return 'needs-restore-code';
  const holders = goal === 'sign-in' || kind === way.factor ? factorsOf(standing, kind) : holdersOf(standing, kind);
  if (holders.length === 0) return LACKING[kind];
  const waits = holders.map((held) => restsUntil(held, goal, now));
  if (waits.some((wait) => wait === undefined)) return undefined;
  return waits.toSorted((a, b) => (a?.until ?? 0) - (b?.until ?? 0))[0];
}

/** The same for a proof already given: its own credential must still stand and count. */
function obstacleToGiven(standing: Standing, goal: Goal, proof: Proof, now: number): Obstacle | undefined {
  // It stands in for a factor at a sign-in, and climbs to nothing else (ATTACKS A35).
  if (proof.kind === 'emergency-code' && goal !== 'sign-in') return 'no-route';
  const holders = goal === 'sign-in' ? factorsOf(standing, proof.kind) : holdersOf(standing, proof.kind);
  const held = holders.find((holder) => holder.id === proof.by);
  return held ? restsUntil(held, goal, now) : LACKING[proof.kind];
}

type Rest = Exclude<Obstacle, RefusalReason>;

/** Signing in uses what there is; a recovery only what no other recovery brought in lately (SPEC T10, ATTACKS A35). */
function restsUntil(held: ReturnType<typeof holdersOf>[number], goal: Goal, now: number): Rest | undefined {
  if (!isRecovery(goal)) return undefined;
  if ('countsFrom' in held)
    return held.countsFrom > now ? { until: held.countsFrom, why: 'contact-changed-recently' } : undefined;
  if (!('unsettledUntil' in held)) return undefined;
  const until = held.unsettledUntil;
  return until !== null && until > now ? { until, why: 'recovered-recently' } : undefined;
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

/** No way is open: wait when time alone opens one, else say what is lacking on the way that lacks least. */
function closedVerdict(standing: Standing, aim: Aim, listed: readonly Way[], now: number): Verdict {
  const reachable = listed.filter((way) => couldReach(standing, aim, way));
  if (reachable.length === 0) {
    return { verdict: 'refuse', reasons: [listed.length > 0 ? 'assurance-out-of-reach' : 'no-route'] };
  }
  const closed = reachable.map((way) =>
    way.proofs.flatMap((kind) => obstacle(standing, aim.goal, way, kind, now) ?? []),
  );
  const waits = closed.filter((obstacles) => obstacles.every((found) => typeof found !== 'string'));
  const rests = waits.map((obstacles) => obstacles.filter((found) => typeof found !== 'string').reduce(later));
  const [soonest] = rests.toSorted((a, b) => a.until - b.until);
  if (soonest) return { verdict: 'wait', ...soonest };

  const lacking = closed.map((obstacles) => [...new Set(obstacles.filter((found) => typeof found === 'string'))]);
  const [least] = lacking.toSorted((a, b) => a.length - b.length);
  return { verdict: 'refuse', reasons: least ?? ['no-route'] };
}

function later(a: Rest, b: Rest): Rest {
  return a.until >= b.until ? a : b;
}

function stepsOf(way: Way, proofs: readonly Proof[]): Step[] {
  const missing = missingFrom(way, proofs);
  return way.proofs.map((proof) => ({ proof, done: !missing.includes(proof) }));
}

function effectsOf(policy: Policy, standing: Standing, goal: Goal, way: Way): Effect[] {
  const byRestoreCode = way.proofs.includes('restore-code');
  const spent: Effect[] = byRestoreCode ? ['spend-restore-code'] : [];
  switch (goal) {
    case 'sign-in':
      if (way.proofs.includes('emergency-code')) return ['open-session', 'open-repair-window'];
      return policy.secondFactor.required && !isBound(policy, standing)
        ? ['enrol-first-second-factor', 'open-session']
        : ['open-session'];
    case 'reset-password':
      return ['set-password', ...spent, 'end-sessions'];
    case 'reset-second-factor':
      return [
        byRestoreCode && policy.restoreCode.oldDevices === 'kept' ? 'add-second-factor' : 'replace-second-factors',
        ...spent,
        'end-sessions',
        'open-recovered-session',
      ];
    case 'emergency-code':
      return ['issue-emergency-code', ...spent];
    case 'reset-both':
      return ['set-password', 'replace-second-factors', ...spent, 'end-sessions'];
    case 'lift-freeze':
      return holdsSecondFactor(policy, standing) || !isBound(policy, standing)
        ? ['set-password', 'undo-contested', 'end-sessions']
        : ['set-password', 'replace-second-factors', 'undo-contested', 'end-sessions'];
    case 'accept-invitation':
      return policy.secondFactor.required ? ['set-password', 'enrol-first-second-factor'] : ['set-password'];
  }
}
