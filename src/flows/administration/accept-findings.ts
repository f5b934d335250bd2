import type { Policy } from '../../domain/policy.ts';
import type { Finding } from '../../domain/proof-of-policy/findings.ts';
import { errorsIn, findingsOf } from '../../domain/proof-of-policy/proof-of-policy.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AcceptedFinding, AdministrationPorts } from '../ports/administration.ts';

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
  { by, operator, now }: Pick<AdministrationPorts, 'by' | 'operator' | 'now'>,
  policy: Policy,
  { findings: names, reason }: Acceptance,
): readonly AcceptedFinding[] | Unsafe | Refused<AcceptanceRefusal> {
  const found = findingsOf(policy);
  const open = errorsIn(found).filter(({ name }) => !names.includes(name));
  if (names.some((name) => !found.some((one) => one.name === name))) return refused('nothing-to-accept');
  if (open.length > 0) return { outcome: 'unsafe', findings: open };
  const why = reason.trim().slice(0, LONGEST_REASON);
  if (names.length > 0 && why === '') return refused('no-reason');
  const who = operator?.account.username ?? by;
  return [...new Set(names)].map((finding) => ({ finding, reason: why, by: who, at: now() }));
}

/** For the log: what was accepted and why. Nothing where nothing was. */
export function acceptedDetails(accepted: readonly AcceptedFinding[]): {
  accepted?: readonly string[];
  reason?: string;
} {
  const [first] = accepted;
  return first ? { accepted: accepted.map(({ finding }) => finding), reason: first.reason } : {};
}
