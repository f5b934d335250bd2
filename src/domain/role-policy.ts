import type { Goal, Policy } from './policy.ts';
import { PRESETS } from './presets.ts';

const STRICT = PRESETS.strict;
/** How somebody signs in and starts is not what a recovery is. */
const KEPT: readonly Goal[] = ['sign-in', 'accept-invitation'];

/**
 * The policy for somebody with a role: a second factor is required, and every recovery goes by the routes of `strict` (SPEC "Rules between
 * organizations and people"; ATTACKS A24). A goal that the organization has no way to stays without one.
 */
export function policyWithRole(policy: Policy): Policy {
  const routes = { ...policy.routes };
  for (const goal of goalsOf(routes)) {
    if (!KEPT.includes(goal) && routes[goal].length > 0) routes[goal] = STRICT.routes[goal];
  }
  return { ...policy, secondFactor: { ...policy.secondFactor, required: true }, routes };
}

function goalsOf(routes: Policy['routes']): Goal[] {
  const isGoal = (name: string): name is Goal => Object.hasOwn(routes, name);
  return Object.keys(routes).filter(isGoal);
}
