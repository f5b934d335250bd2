import { holdersOf, type Standing } from './credential.ts';
import { countsAs, isAuthenticator, type Proof } from './proof.ts';
import type { Way } from './way.ts';

/**
 * Whether this way back stands on more than the contested acts did: whoever did them must not walk it, so one proof is by something that they
 * did not use; nor may a weaker way overrule a stronger act, so what was done with an authenticator is undone with one
 * (docs/decisions/0008).
 */
export function answersContest(standing: Standing, way: Way, proofs: readonly Proof[]): boolean {
  const used = standing.frozen?.used;
  if (!used) return true;
  const walked = proofs.filter(({ kind }) => way.proofs.some((wanted) => countsAs(kind, wanted)));
  return isStrongEnough(standing, way) && walked.some(({ by }) => !used.includes(by));
}

/** Whether a way asks for an authenticator where the contested acts had one. */
export function isStrongEnough({ frozen }: Standing, { proofs }: Way): boolean {
  return !frozen?.byAuthenticator || proofs.some(isAuthenticator);
}

/** Whether the account has anything for this way that the contested acts did not use. */
export function couldBeUntouched(standing: Standing, way: Way): boolean {
  const used = standing.frozen?.used;
  return !used || way.proofs.some((kind) => holdersOf(standing, kind).some((held) => !used.includes(held.id)));
}
