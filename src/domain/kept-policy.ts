import type { Standing } from './credential.ts';
import type { Goal, Policy, Route } from './policy.ts';
import { countsAs } from './proof.ts';
import { expand, isBound, type Way } from './way.ts';

/**
 * The policy by which a journey to `goal` goes on that began under another one than is in force: the one it began with, without the routes that the
 * one in force forbids. A route is forbidden where nothing in force leads to the same goal by these proofs or fewer; with none left, and where self-recovery
 * was switched off, what is in force holds. So nobody gets in by what an organization has closed, and nobody is asked for something else half-way
 * because it has opened another way beside. What a policy offers besides (codes, second factors that count) needs both.
 */
export function keptPolicy(began: Policy, inForce: Policy, standing: Standing, goal: Goal): Policy {
  const required = began.secondFactor.required || inForce.secondFactor.required;
  const kinds = began.secondFactor.kinds.filter((kind) => inForce.secondFactor.kinds.includes(kind));
  // For whom a route is was decided by each policy for itself.
  const routes = began.routes[goal]
    .filter((route) => appliesTo(route, isBound(began, standing)))
    .filter(
      (route) => !isForbidden(inForce, goal, expand(route, { ...began, secondFactor: { required, kinds } }), standing),
    )
    .map(({ id, proofs, anyOf, heldFor }) => ({ id, proofs, ...(anyOf && { anyOf }), ...(heldFor && { heldFor }) }));
  if (routes.length === 0 || kinds.length === 0 || !inForce.selfRecovery) return inForce;
  return {
    ...began,
    secondFactor: { required, kinds },
    routes: { ...began.routes, [goal]: routes },
    restoreCode: inForce.restoreCode,
    emergencyCode: inForce.emergencyCode,
    administration: inForce.administration,
    changes: inForce.changes,
    afterRecovery: inForce.afterRecovery,
    password: {
      alone: Math.max(began.password.alone, inForce.password.alone),
      besideSecondFactor: Math.max(began.password.besideSecondFactor, inForce.password.besideSecondFactor),
    },
  };
}

function appliesTo({ when }: Route, bound: boolean): boolean {
  return when === undefined || (when === 'bound') === bound;
}

/** Whether there is a choice on the route that nothing in force would do for. */
function isForbidden(inForce: Policy, goal: Goal, walked: readonly Way[], standing: Standing): boolean {
  const bound = isBound(inForce, standing);
  const open = inForce.routes[goal]
    .filter((route) => appliesTo(route, bound))
    .flatMap((route) => expand(route, inForce));
  return !walked.every((way) => open.some((other) => doesFor(way, other)));
}

/** Whether whoever walks `way` gives all that `other` asks for. */
function doesFor(way: Way, other: Way): boolean {
  // A number that was switched off gives a code by SMS, and none as a second factor.
  if (other.factor === 'sms-code' && way.factor !== 'sms-code') return false;
  return (
    other.proofs.every((wanted) => way.proofs.some((given) => countsAs(given, wanted))) &&
    age(other, 'email-code') <= age(way, 'email-code') &&
    age(other, 'sms-code') <= age(way, 'sms-code')
  );
}

function age({ route }: Way, kind: 'email-code' | 'sms-code'): number {
  return route.heldFor?.[kind] ?? 0;
}
