import type { Addition } from './addition.ts';
import { wouldHelp } from './check-up.ts';
import type { Belongings } from './losses.ts';
import type { Policy } from './policy.ts';
import { lacksOf } from './readiness.ts';
import type { RefusalReason } from './verdict.ts';

/** What was put off is proposed again after this. */
export const PUT_OFF_MS = 7 * 86_400_000;

const MENDS: Partial<Record<RefusalReason, Addition>> = {
  'needs-verified-email': 'email',
  'needs-verified-phone': 'phone',
  'needs-password': 'password',
  'needs-restore-code': 'restore-code',
};

/**
 * The one thing that is proposed to somebody at a sign-in, as the policy says; null: nothing. First what the account lacks for recovering by itself,
 * where that is on for it (SPEC T9); then what the lock-out report found to help most, to those whom it helps.
 */
export function onboardingStep(policy: Policy, belongings: Belongings): Addition | null {
  const { lacking, add } = policy.onboarding;
  if (lacking && policy.selfRecovery) {
    const steps = lacksOf(policy, belongings.standing, belongings.now).flatMap(({ reason }) => MENDS[reason] ?? []);
    const step = steps.find((one) => one !== 'restore-code' || belongings.restoreCodes);
    if (step) return step;
  }
  return add.find((one) => wouldHelp(policy, belongings, one)) ?? null;
}
