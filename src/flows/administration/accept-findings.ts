import type { Policy } from '../../domain/policy.ts';
import type { Finding } from '../../domain/proof-of-policy/findings.ts';
import { errorsIn, findingsOf } from '../../domain/proof-of-policy/proof-of-policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { AcceptedFinding } from '../ports/policies.ts';

/** The names of what is accepted, and why. */
export interface Acceptance {
  readonly findings: readonly string[];
  readonly reason: string;
}

export const NOTHING_ACCEPTED: Acceptance = { findings: [], reason: '' };

/** The policy has errors that nobody accepted by name: nothing was saved. */
export interface Unsafe {
  readonly outcome: 'unsafe';
  readonly findings: readonly Finding[];
}

/** `nothing-to-accept`: a name that is no finding of this policy, so that a slip does not look like consent. */
export type AcceptanceRefusal = 'no-reason' | 'nothing-to-accept';

const LONGEST_REASON = 500;

/**
 * What is accepted of this policy, to be written down with it, or why it is not put in force: an unsafe policy cannot be saved by accident
 * (SPEC X1). Each error-level finding is accepted by its name, with a reason, each time.
 */
export function readAcceptance(
  ports: Pick<AdministrationPorts, 'by' | 'operator' | 'now'>,
  policy: Policy,
  acceptance: Acceptance,
): readonly AcceptedFinding[] | Unsafe | Refused<AcceptanceRefusal> {
  const names = acceptance.findings;
  const found = findingsOf(policy);
  const open = errorsIn(found).filter(({ name }) => !names.includes(name));
  if (names.some((name) => !found.some((one) => one.name === name))) return refused('nothing-to-accept');
  if (open.length > 0) return { outcome: 'unsafe', findings: open };
  const reason = reasonOf(acceptance);
  if (reason === null) return names.length > 0 ? refused('no-reason') : [];
  const by = operatorName(ports);
  return [...new Set(names)].map((finding) => ({ finding, reason, by, at: ports.now() }));
}

/** Why, in the words of whoever does it, as they are written down; null: nothing was said. */
export function reasonOf({ reason }: Acceptance): string | null {
  return reason.trim().slice(0, LONGEST_REASON) || null;
}

/** Who acts, in words: the operator's username, or the user of the command line. */
export function operatorName({ by, operator }: Pick<AdministrationPorts, 'by' | 'operator'>): string {
  return operator?.account.username ?? by;
}

/** For the log: what was accepted and why. Nothing where nothing was. */
export function acceptedDetails(accepted: readonly AcceptedFinding[]): {
  accepted?: readonly string[];
  reason?: string;
} {
  const [first] = accepted;
  return first ? { accepted: accepted.map(({ finding }) => finding), reason: first.reason } : {};
}
