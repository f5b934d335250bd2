import type { Standing } from './credential.ts';
import type { Goal, Policy } from './policy.ts';
import type { Effect } from './verdict.ts';
import { holdsSecondFactor, isBound, type Way } from './way.ts';

/** What reaching the goal by this way does, in the order in which the flow does it. */
export function effectsOf(policy: Policy, standing: Standing, goal: Goal, way: Way): Effect[] {
  const byRestoreCode = way.proofs.includes('restore-code');
  const spent: Effect[] = byRestoreCode ? ['spend-restore-code'] : [];
  switch (goal) {
    case 'sign-in':
      if (way.proofs.includes('emergency-code')) return ['open-session', 'open-repair-window'];
      return policy.secondFactor.required && !isBound(policy, standing)
        ? ['enrol-first-second-factor', 'open-session']
        : ['open-session'];
    case 'reset-password':
      return ['set-password', ...spent, 'end-sessions'];
    case 'reset-second-factor':
      return [
        byRestoreCode && policy.restoreCode.oldDevices === 'kept' ? 'add-second-factor' : 'replace-second-factors',
        ...spent,
        'end-sessions',
        'open-recovered-session',
      ];
    case 'emergency-code':
      return ['issue-emergency-code', ...spent];
    case 'reset-both':
      return ['set-password', 'replace-second-factors', ...spent, 'end-sessions'];
    case 'lift-freeze':
      return holdsSecondFactor(policy, standing) || !isBound(policy, standing)
        ? ['set-password', 'undo-contested', 'end-sessions']
        : ['set-password', 'replace-second-factors', 'undo-contested', 'end-sessions'];
    case 'accept-invitation':
      return policy.secondFactor.required ? ['set-password', 'enrol-first-second-factor'] : ['set-password'];
  }
}
