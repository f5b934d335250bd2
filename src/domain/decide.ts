import { answersContest, couldBeUntouched, isStrongEnough } from './contested-way.ts';
import type { Standing } from './credential.ts';
import { effectsOf } from './effects.ts';
import { isRecovery, obstacle, obstacleToGiven, type Rest } from './obstacle.ts';
import type { Goal, Policy } from './policy.ts';
import type { Proof } from './proof.ts';
import type { Aim, Verdict } from './verdict.ts';
import { couldReach, countedOn, missingFrom, reaches, stepsOf, type Way, waysTo } from './way.ts';

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
  const on = (way: Way) => countedOn(standing, way, counted, now);
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
      way.proofs.every((kind) => !obstacle(standing, aim.goal, way, kind, now)) &&
      couldReach(standing, aim, way, on(way)),
  );
  if (open.length === 0) {
    const reachable = listed.filter((way) => couldReach(standing, aim, way, on(way)));
    return closedVerdict(standing, aim, { listed, reachable }, now);
  }
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

/** No way is open: wait when time alone opens one, else say what is lacking on the way that lacks least. */
function closedVerdict(
  standing: Standing,
  aim: Aim,
  { listed, reachable }: { readonly listed: readonly Way[]; readonly reachable: readonly Way[] },
  now: number,
): Verdict {
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
