import type { Policy } from '../../../../domain/policy.ts';
import { type PolicyProof, proofOf } from '../../../../domain/proof-of-policy/proof-of-policy.ts';

const MOST = 8;
const KNOWN = new Map<string, PolicyProof>();

/**
 * The proof of a policy, worked out once for as long as people look at it: some hundred milliseconds of one core. The newest few are kept, by what
 * they say, since a policy is read from the database anew for each page.
 */
export function proven(policy: Policy): PolicyProof {
  const key = JSON.stringify(policy);
  const proof = KNOWN.get(key) ?? proofOf(policy);
  KNOWN.delete(key);
  KNOWN.set(key, proof);
  for (const oldest of [...KNOWN.keys()].slice(0, -MOST)) KNOWN.delete(oldest);
  return proof;
}
