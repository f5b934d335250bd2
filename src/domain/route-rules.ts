import { countedTwice, type Requirement } from './counted-twice.ts';
import type { ProofKind } from './proof.ts';

/** What the pages of emergency access ask for. A code by SMS costs money, and is sent to nobody who has proven nothing. */
const WALKED: readonly string[] = ['password', 'email-code', 'sms-code'];

/** What is wrong with a route; its words are in both languages (`policy-language:fault.…`). */
export interface RouteFault {
  readonly fault:
    | 'asked-twice'
    | 'one-for-both'
    | 'restore-code-misplaced'
    | 'restore-code-alone'
    | 'emergency-code-misplaced'
    | 'emergency-access-cannot'
    | 'nothing-asked'
    | 'any-of-misplaced'
    | 'any-of-count'
    | 'held-for-misplaced';
  /** The key of the route that is at fault; else `proofs`. */
  readonly at?: 'anyOf' | 'heldFor';
  readonly values: Readonly<Record<string, string>>;
}

/** As far as rules look at a route. */
interface Asking {
  readonly proofs: readonly Requirement[];
  readonly anyOf?: { readonly count: number; readonly of: readonly ProofKind[] } | undefined;
  readonly heldFor?: Readonly<Partial<Record<'email-code' | 'sms-code', number | undefined>>> | undefined;
}

/** What is wrong with a route to `goal`; `kinds`: what counts as a second factor. Empty: nothing. */
export function faultsOf(goal: string, route: Asking, kinds: readonly ProofKind[]): RouteFault[] {
  const { proofs, anyOf } = route;
  const pair = countedTwice([...proofs, ...(anyOf?.of ?? [])], kinds);
  const faults = [
    proofs.length === 0 && !anyOf ? plainly('nothing-asked') : undefined,
    pair && oneProofForBoth(pair),
    misplacedAnyOf(goal, route),
    misplacedAge(goal, route),
    misplacedRestoreCode(goal, route),
    misplacedEmergencyCode(goal, proofs),
    unwalkable(goal, proofs),
  ];
  return faults.filter((fault) => fault !== undefined);
}

const plainly = (fault: RouteFault['fault']): RouteFault => ({ fault, values: {} });

function oneProofForBoth([one, other]: readonly [string, string]): RouteFault {
  return one === other ? { fault: 'asked-twice', values: { one } } : { fault: 'one-for-both', values: { one, other } };
}

/** Where its proofs share a page. On the way back from "It wasn't me" each way is told by itself. */
function misplacedAnyOf(goal: string, { anyOf }: Asking): RouteFault | undefined {
  if (!anyOf) return undefined;
  if (goal !== 'sign-in' && !goal.startsWith('reset-')) return { ...plainly('any-of-misplaced'), at: 'anyOf' };
  return anyOf.count <= anyOf.of.length ? undefined : { ...plainly('any-of-count'), at: 'anyOf' };
}

/** Signing in uses what there is; an age is said of a code that the route asks for. */
function misplacedAge(goal: string, { proofs, anyOf, heldFor }: Asking): RouteFault | undefined {
  const said = Object.entries(heldFor ?? {}).flatMap(([kind, age]) => (age === undefined ? [] : [kind]));
  if (said.length === 0) return undefined;
  const asked: readonly string[] = [...proofs, ...(anyOf?.of ?? [])];
  const fits = goal !== 'sign-in' && goal !== 'accept-invitation' && said.every((kind) => asked.includes(kind));
  return fits ? undefined : { ...plainly('held-for-misplaced'), at: 'heldFor' };
}

/** A restore code is one path of two (SPEC S11), and is used up at the end of what it serves (NIST REC-15). */
function misplacedRestoreCode(goal: string, { proofs, anyOf }: Asking): RouteFault | undefined {
  if (!proofs.includes('restore-code')) return undefined;
  if (!goal.startsWith('reset-')) return plainly('restore-code-misplaced');
  return proofs.length > 1 || anyOf ? undefined : plainly('restore-code-alone');
}

/** An emergency code stands in for the authenticator's at a sign-in, and is never a proof in a recovery (SPEC M3). */
function misplacedEmergencyCode(goal: string, proofs: readonly string[]): RouteFault | undefined {
  if (!proofs.includes('emergency-code') || (goal === 'sign-in' && proofs.includes('password'))) return undefined;
  return plainly('emergency-code-misplaced');
}

function unwalkable(goal: string, proofs: readonly string[]): RouteFault | undefined {
  if (goal !== 'emergency-code' || (proofs[0] !== 'sms-code' && proofs.every((kind) => WALKED.includes(kind))))
    return undefined;
  return plainly('emergency-access-cannot');
}
