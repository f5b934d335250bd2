import { type Addition, PROPOSABLE } from './addition.ts';
import type { Policy } from './policy.ts';

/** A restore code is proposed at this sign-in where nobody wants it sooner. */
const USUAL_SIGN_IN = 4;

/** Whether the policy has this proposed at the next sign-in of whoever lacks it (SPEC X2). */
export function isProposed({ restoreCode, onboarding }: Policy, add: Addition): boolean {
  if (add === 'restore-code') return restoreCode.offered && restoreCode.promptAtSignIn === 1;
  return onboarding.add.some((one) => one === add);
}

/** The policy with that proposed, or not any more. A restore code that is not offered is not proposed. */
export function withProposal(policy: Policy, add: Addition, on: boolean): Policy {
  const { restoreCode, onboarding } = policy;
  if (add === 'restore-code')
    return { ...policy, restoreCode: { ...restoreCode, promptAtSignIn: on ? 1 : USUAL_SIGN_IN } };
  const wanted = PROPOSABLE.filter((one) => (one === add ? on : onboarding.add.includes(one)));
  return { ...policy, onboarding: { ...onboarding, add: wanted } };
}
