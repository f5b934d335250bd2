import type { Goal } from '../policy.ts';
import type { ExaminedKind } from './examined.ts';
import type { LossSet, Outcome } from './lock-out.ts';
import type { Theft } from './thefts.ts';
import type { Reach } from './workings.ts';

/**
 * What may be wrong with a policy. Each has a text and a mend in both languages (`proof.json` of each language) and an example in docs/policy.md. The
 * names are stable: they are what `--accept` takes and what is written down.
 */
export const FINDING_NAMES = [
  'nobody-signs-in',
  'mailbox-alone-takes-over',
  'sim-alone-takes-over',
  'password-alone-takes-over',
  'security-key-alone-takes-over',
  'mailbox-and-sim-take-over',
  'single-loss-locks-out',
  'weaker-than-aal2',
  'unlocked-phone-alone-takes-over',
  'signed-in-laptop-alone-takes-over',
  'password-and-mailbox-take-over',
  'password-and-sim-take-over',
  'operator-and-mailbox-take-over',
  'operator-and-password-take-over',
  'mailbox-alone-resets',
  'sim-alone-resets',
  'recovery-opens-recovery',
  'password-adds-nothing',
  'single-loss-needs-operator',
  'route-unreachable',
  'sms-is-the-only-second-factor',
  'no-phishing-resistant-factor',
  'self-recovery-off',
] as const;
export type FindingName = (typeof FINDING_NAMES)[number];

/** An error is what makes a policy unsafe; a warning is what whoever chooses it should know. */
export type Severity = 'error' | 'warning';

/** What shows it: a thief's chain or an owner's on a kind of account, a route, or a setting of the policy. */
export type Example =
  | {
      readonly by: 'theft';
      readonly kind: ExaminedKind['kind'];
      readonly thefts: readonly Theft[];
      readonly reach: Reach;
    }
  | { readonly by: 'loss'; readonly kind: ExaminedKind['kind']; readonly lost: LossSet; readonly outcome: Outcome }
  | { readonly by: 'route'; readonly goal: Goal; readonly route: string }
  | { readonly by: 'setting' };

export interface Finding {
  readonly name: FindingName;
  readonly severity: Severity;
  /** At least one, the plainest first. */
  readonly examples: readonly [Example, ...Example[]];
}

/** A finding when there is something to show, else none. */
export function finding(name: FindingName, severity: Severity, examples: readonly Example[]): Finding[] {
  const [first, ...others] = examples;
  return first ? [{ name, severity, examples: [first, ...others] }] : [];
}
