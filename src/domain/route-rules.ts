import { countedTwice } from './counted-twice.ts';

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
    | 'emergency-access-cannot';
  readonly values: Readonly<Record<string, string>>;
}

/** What is wrong with a route to `goal` that asks for these proofs; `kinds`: what counts as a second factor. Empty: nothing. */
export function faultsOf(
  goal: string,
  proofs: Parameters<typeof countedTwice>[0],
  kinds: Parameters<typeof countedTwice>[1],
): RouteFault[] {
  const pair = countedTwice(proofs, kinds);
  const faults = [
    pair && oneProofForBoth(pair),
    misplacedRestoreCode(goal, proofs),
    misplacedEmergencyCode(goal, proofs),
    unwalkable(goal, proofs),
  ];
  return faults.filter((fault) => fault !== undefined);
}

const plainly = (fault: RouteFault['fault']): RouteFault => ({ fault, values: {} });

function oneProofForBoth([one, other]: readonly [string, string]): RouteFault {
  return one === other ? { fault: 'asked-twice', values: { one } } : { fault: 'one-for-both', values: { one, other } };
}

/** A restore code is one path of two (SPEC S11), and is used up at the end of what it serves (NIST REC-15). */
function misplacedRestoreCode(goal: string, proofs: readonly string[]): RouteFault | undefined {
  if (!proofs.includes('restore-code')) return undefined;
  if (!goal.startsWith('reset-')) return plainly('restore-code-misplaced');
  return proofs.length > 1 ? undefined : plainly('restore-code-alone');
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
