import { countsAs, type ProofKind } from './proof.ts';

/** What a route may ask for: a proof, or any one of the kinds that the policy counts as a second factor. */
export type Requirement = ProofKind | 'second-factor';

/**
 * The first two requirements of a route that one and the same proof would meet, or undefined: a thing asked for twice, a passkey and a
 * passkey that verifies its user, a second factor and a kind of `kinds`, which it may be. `decide` asks of each requirement whether it was
 * proven, so such a route would be walked with one proof less than it names.
 */
export function countedTwice(
  proofs: readonly Requirement[],
  kinds: readonly ProofKind[],
): readonly [Requirement, Requirement] | undefined {
  const metBy = (wanted: Requirement): readonly ProofKind[] => (wanted === 'second-factor' ? kinds : [wanted]);
  for (const [at, one] of proofs.entries()) {
    const same = (other: Requirement) => metBy(one).some((a) => metBy(other).some((b) => areOne(a, b)));
    const other = proofs.slice(at + 1).find(same);
    if (other) return [one, other];
  }
  return undefined;
}

function areOne(a: ProofKind, b: ProofKind): boolean {
  return countsAs(a, b) || countsAs(b, a);
}
