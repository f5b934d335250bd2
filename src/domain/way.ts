import { assurance, satisfies } from './assurance.ts';
import { factorsOf, type HeldContact, holdersOf, type Standing } from './credential.ts';
import type { Policy, Route } from './policy.ts';
import { countsAs, type Proof, type ProofKind } from './proof.ts';
import type { Aim, Step } from './verdict.ts';

/** A route with `second-factor` replaced by one concrete kind, its `factor`. */
export interface Way {
  readonly route: Route;
  readonly proofs: readonly ProofKind[];
  readonly factor: ProofKind | undefined;
}

/** The ways that the policy lists for this account, the preferred first; open or not. */
export function waysTo(policy: Policy, standing: Standing, aim: Aim): Way[] {
  // An operator's codes need no page where people make their own.
  if (aim.goal === 'emergency-code' && !policy.emergencyCode.offered) return [];
  return policy.routes[aim.goal]
    .filter((route) => !route.when || (route.when === 'bound') === isBound(policy, standing))
    .flatMap((route) => expand(route, policy));
}

/** A route with each kind that a second factor may be, and each choice that it leaves. */
export function expand(route: Route, policy: Policy): Way[] {
  const { proofs, anyOf } = route;
  const kinds = proofs.includes('second-factor') ? policy.secondFactor.kinds : [undefined];
  return kinds.flatMap((factor) =>
    (anyOf ? choicesOf(anyOf.of, anyOf.count) : [[]]).map((chosen) => ({
      route,
      proofs: [...proofs.flatMap((wanted) => (wanted === 'second-factor' ? (factor ?? []) : wanted)), ...chosen],
      factor,
    })),
  );
}

/** Every choice of so many, in their order. */
function choicesOf<One>([first, ...others]: readonly One[], count: number): readonly (readonly One[])[] {
  if (count === 0) return [[]];
  if (first === undefined) return [];
  return [...choicesOf(others, count - 1).map((chosen) => [first, ...chosen]), ...choicesOf(others, count)];
}

/**
 * Whether the account is treated as having a second factor: it ever held or owes one, or it can give a proof of a kind that the
 * policy counts as one. A verified phone binds where SMS counts.
 */
export function isBound(policy: Policy, standing: Standing): boolean {
  const { kinds } = policy.secondFactor;
  return standing.boundToSecondFactor || kinds.some((kind) => holdersOf(standing, kind).length > 0);
}

/** Whether the account can give a second factor at a sign-in now, of a kind that the policy counts. */
export function holdsSecondFactor(policy: Policy, standing: Standing): boolean {
  return policy.secondFactor.kinds.some((kind) => factorsOf(standing, kind).length > 0);
}

/** The proofs that this way still asks for, in its order. */
export function missingFrom(way: Way, proofs: readonly Proof[]): ProofKind[] {
  return way.proofs.filter((wanted) => !proofs.some((proof) => countsAs(proof.kind, wanted)));
}

/**
 * Where a phone is asked for as a second factor, one that was switched off gives none; beside an e-mailed code a restore code that came by
 * e-mail is none; a code by an address or number that the account has not had for long enough is none on a way that asks for that.
 */
export function countedOn(standing: Standing, way: Way, counted: readonly Proof[], now: number): readonly Proof[] {
  const { factor } = way;
  const old = counted.filter(({ kind, by }) => {
    const contact = standing.contacts.find(({ id }) => id === by);
    return !contact || oldEnoughFrom(way, kind, contact) <= now;
  });
  const given = isOnePath(standing, way) ? old.filter(({ kind }) => kind !== 'restore-code') : old;
  if (factor !== 'sms-code') return given;
  const on = factorsOf(standing, factor).map(({ id }) => id);
  return given.filter(({ kind, by }) => kind !== factor || on.includes(by));
}

/** From when (milliseconds) an address or number is old enough for a code by it to count on this way. */
export function oldEnoughFrom({ route }: Pick<Way, 'route'>, kind: ProofKind, { since }: HeldContact): number {
  const age = kind === 'email-code' || kind === 'sms-code' ? route.heldFor?.[kind] : undefined;
  return age === undefined || since === undefined ? 0 : since + age * 1000;
}

/** Two codes that came through one mailbox are one path (SPEC S11). */
export function isOnePath({ restoreCode }: Standing, { proofs }: Way): boolean {
  return restoreCode?.byEmail === true && proofs.includes('restore-code') && proofs.includes('email-code');
}

/** Whether the proofs given, as far as this way asks for them, make the class that is aimed at. */
export function reaches(aim: Aim, way: Way, proofs: readonly Proof[]): boolean {
  const used = proofs.filter((proof) => way.proofs.some((wanted) => countsAs(proof.kind, wanted)));
  return !aim.atLeast || satisfies(assurance(used).acr, aim.atLeast);
}

/**
 * Whether a way can still reach the class asked for, taking as given what it lacks: where a passkey is asked for, one that verifies its user,
 * since that is what the browser may bring. `counted`: what was given.
 */
export function couldReach({ emergencyCode }: Standing, aim: Aim, way: Way, counted: readonly Proof[]): boolean {
  if (!aim.atLeast) return true;
  const used = counted.filter(({ kind }) => way.proofs.some((wanted) => countsAs(kind, wanted)));
  const lacking = missingFrom(way, counted).map(
    (kind): Proof =>
      kind === 'emergency-code' && emergencyCode
        ? { kind, at: 0, by: emergencyCode.id, highestAcr: emergencyCode.highestAcr }
        : { kind: kind === 'passkey' ? 'passkey-uv' : kind, at: 0, by: '' },
  );
  return satisfies(assurance([...used, ...lacking]).acr, aim.atLeast);
}

/** The way as the quiet line of the page shows it. */
export function stepsOf(way: Way, proofs: readonly Proof[]): Step[] {
  const missing = missingFrom(way, proofs);
  return way.proofs.map((proof) => ({ proof, done: !missing.includes(proof) }));
}
