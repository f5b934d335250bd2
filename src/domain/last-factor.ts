import type { HeldCredential, Standing } from './credential.ts';
import { decide } from './decide.ts';
import type { Policy } from './policy.ts';
import { isBound } from './way.ts';

/**
 * Whether this credential can be replaced but not removed: it may still prove something, and without it nobody could sign in to the account
 * any more as the policy asks of one that is treated as having a second factor. `now` in milliseconds. What is blocked or disabled
 * proves nothing anyway, and may go. An emergency code keeps nobody in: it is over soon.
 */
export function isLastRequired(policy: Policy, standing: Standing, id: string, now: number): boolean {
  const held = standing.credentials.find((credential) => credential.id === id);
  if (!held || !MAY_PROVE.includes(held.state)) return false;
  const without: Standing = {
    ...standing,
    emergencyCode: null,
    boundToSecondFactor: policy.secondFactor.required || isBound(policy, standing),
    credentials: standing.credentials.filter((credential) => credential !== held),
  };
  return decide(policy, without, { goal: 'sign-in', atLeast: policy.minimumAcr }, [], now).verdict !== 'ask';
}

const MAY_PROVE: readonly HeldCredential['state'][] = ['active', 'off'];
