import type { RecoveryStage } from '../../../../domain/policy-of-account.ts';

/** The addresses of these pages. */
export const SELF_RECOVERY = '/admin/self-recovery';
export const ORGANIZATION = `${SELF_RECOVERY}/:organization`;

export function recoveryPath(organizationId: string, below: '' | '/pilot-group' | '/left-out' = ''): string {
  return `${SELF_RECOVERY}/${encodeURIComponent(organizationId)}${below}`;
}

/** Below an organization: where it is switched. */
export const SWITCH_AT: Readonly<Record<RecoveryStage, string>> = {
  pilot: '/on-for-pilot-group',
  everybody: '/on-for-everybody',
  off: '/off',
};
