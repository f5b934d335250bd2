import { countedTwice } from './counted-twice.ts';

/** What the pages of emergency access ask for. A code by SMS costs money, and is sent to nobody who has proven nothing. */
const WALKED: readonly string[] = ['password', 'email-code', 'sms-code'];

/**
 * What is wrong with a route to `goal` that asks for these proofs, in words for whoever writes the policy; `kinds`: what counts as a second
 * factor. Empty: nothing.
 */
export function faultsOf(
  goal: string,
  proofs: Parameters<typeof countedTwice>[0],
  kinds: Parameters<typeof countedTwice>[1],
): string[] {
  const pair = countedTwice(proofs, kinds);
  const faults = [
    pair && oneProofForBoth(pair),
    misplacedRestoreCode(goal, proofs),
    misplacedEmergencyCode(goal, proofs),
    unwalkable(goal, proofs),
  ];
  return faults.filter((fault) => fault !== undefined);
}

function oneProofForBoth([one, other]: readonly [string, string]): string {
  return one === other
    ? `asks for "${one}" twice: one proof would count for both`
    : `asks for "${one}" and "${other}": one proof would count for both`;
}

/** A restore code is one path of two (SPEC S11), and is used up at the end of what it serves (NIST REC-15). */
function misplacedRestoreCode(goal: string, proofs: readonly string[]): string | undefined {
  if (!proofs.includes('restore-code')) return undefined;
  if (!goal.startsWith('reset-')) return 'asks for a restore code, which serves lost passwords and second factors only';
  return proofs.length > 1 ? undefined : 'asks for a restore code alone: it needs another proof beside it';
}

/** An emergency code stands in for the authenticator's at a sign-in, and is never a proof in a recovery (SPEC M3). */
function misplacedEmergencyCode(goal: string, proofs: readonly string[]): string | undefined {
  if (!proofs.includes('emergency-code') || (goal === 'sign-in' && proofs.includes('password'))) return undefined;
  return 'asks for an emergency code, which serves at a sign-in only, beside the password';
}

function unwalkable(goal: string, proofs: readonly string[]): string | undefined {
  if (goal !== 'emergency-code' || (proofs[0] !== 'sms-code' && proofs.every((kind) => WALKED.includes(kind))))
    return undefined;
  return 'emergency access asks for password, email-code and sms-code, and for a code by SMS not first';
}
