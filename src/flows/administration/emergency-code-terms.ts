import { type Acr, satisfies } from '../../domain/assurance.ts';
import type { Policy } from '../../domain/policy.ts';

const LONGEST_REASON = 500;

/** What is asked for. Times in milliseconds, `lifetime` in seconds; what is left out is as the policy says. */
export interface EmergencyCodeRequest {
  readonly reason: string;
  readonly uses?: number;
  readonly lifetime?: number;
  readonly from?: number;
  /** Client ids; left out: every application. */
  readonly clients?: readonly string[];
  readonly acr?: Acr;
  /** How it was checked who asks: names of the policy's list, and the ticket. */
  readonly checks?: readonly string[];
  readonly ticket?: string;
}

/**
 * `too-many-uses`, `too-long`, `too-strong`: more than the policy lets an operator give. `over`: it would have ended already. `frozen`: "It
 * wasn't me" holds, and a code would go around it. `suspended`: an operator ends that first. `no-check`: an operator has to say which of the policy's checks were made. `four-eyes`: the
 * policy wants a second operator's approval; no operator issues one alone there (`proposeEmergencyCode`).
 */
export type EmergencyCodeIssueRefusal =
  | 'unknown-user'
  | 'not-allowed'
  | 'no-reason'
  | 'too-many-uses'
  | 'too-long'
  | 'too-strong'
  | 'over'
  | 'unknown-check'
  | 'no-check'
  | 'four-eyes'
  | 'suspended'
  | 'frozen';

/** What a code is given. Times in milliseconds. */
export interface EmergencyCodeGiven {
  readonly uses: number;
  readonly validFrom: number;
  readonly expiresAt: number;
  readonly highestAcr: Acr;
}

/** The reason as it is kept; empty: none was given. */
export function readReason({ reason }: Pick<EmergencyCodeRequest, 'reason'>): string {
  return reason.trim().slice(0, LONGEST_REASON);
}

/** What the code is given, or why not so much. */
export function termsOf(
  { emergencyCode: policy }: Policy,
  { uses, lifetime, from, acr, checks = [] }: EmergencyCodeRequest,
  now: number,
  byOperator: boolean,
): EmergencyCodeGiven | EmergencyCodeIssueRefusal {
  const { mostUses, longestLifetime, acr: highest } = policy.operator;
  const given = uses ?? Math.min(policy.uses, mostUses);
  const seconds = lifetime ?? Math.min(policy.lifetime, longestLifetime);
  if (given > mostUses) return 'too-many-uses';
  if (seconds > longestLifetime) return 'too-long';
  if (acr && !satisfies(highest, acr)) return 'too-strong';
  if (checks.some((one) => !policy.operator.checks.includes(one))) return 'unknown-check';
  if (byOperator && checks.length === 0 && policy.operator.checks.length > 0) return 'no-check';
  const validFrom = from ?? now;
  const expiresAt = validFrom + seconds * 1000;
  if (expiresAt <= now) return 'over';
  return { uses: given, validFrom, expiresAt, highestAcr: acr ?? highest };
}
