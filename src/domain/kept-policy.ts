import type { Standing } from './credential.ts';
import type { Goal, Policy, Route } from './policy.ts';
import { countsAs } from './proof.ts';
import { isBound } from './way.ts';

/**
 * The policy by which a journey to `goal` goes on that began under another one than is in force: the one it began with, without the routes that the
 * one in force forbids. A route is forbidden where nothing in force leads to the same goal by these proofs or fewer; with none left, and where self-recovery
 * was switched off, what is in force holds. So nobody gets in by what an organization has closed, and nobody is asked for something else half-way
 * because it has opened another way beside. What a policy offers besides (codes, second factors that count) needs both.
 */
export function keptPolicy(began: Policy, inForce: Policy, standing: Standing, goal: Goal): Policy {
  const kinds = began.secondFactor.kinds.filter((kind) => inForce.secondFactor.kinds.includes(kind));
  // For whom a route is was decided by each policy for itself.
  const routes = began.routes[goal]
    .filter((route) => appliesTo(route, isBound(began, standing)))
    .filter((route) => !isForbidden(inForce, goal, route, isBound(inForce, standing)))
    .map(({ id, proofs }) => ({ id, proofs }));
  if (routes.length === 0 || kinds.length === 0 || !inForce.selfRecovery) return inForce;
  return {
    ...began,
    secondFactor: { required: began.secondFactor.required || inForce.secondFactor.required, kinds },
    routes: { ...began.routes, [goal]: routes },
    restoreCode: inForce.restoreCode,
    emergencyCode: inForce.emergencyCode,
    administration: inForce.administration,
    password: {
      alone: Math.max(began.password.alone, inForce.password.alone),
      besideSecondFactor: Math.max(began.password.besideSecondFactor, inForce.password.besideSecondFactor),
    },
  };
}

function appliesTo({ when }: Route, bound: boolean): boolean {
  return when === undefined || (when === 'bound') === bound;
}

function isForbidden(inForce: Policy, goal: Goal, walked: Route, bound: boolean): boolean {
  return !inForce.routes[goal].some(
    (route) => appliesTo(route, bound) && route.proofs.every((wanted) => isMet(inForce, wanted, walked)),
  );
}

/** Whether whoever walks this route gives what is wanted. */
function isMet({ secondFactor }: Policy, wanted: Route['proofs'][number], { proofs }: Route): boolean {
  return proofs.some((given) => {
    if (given === wanted) return true;
    if (given === 'second-factor') return false;
    if (wanted !== 'second-factor') return countsAs(given, wanted);
    // A number that was switched off gives a code by SMS, and none as a second factor.
    return secondFactor.kinds.some((kind) => kind !== 'sms-code' && countsAs(given, kind));
  });
}
