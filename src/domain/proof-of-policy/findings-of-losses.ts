import type { Examined } from './examined.ts';
import { type Example, type Finding, finding } from './findings.ts';
import type { Back } from './lock-out.ts';

/**
 * What one loss comes to for whoever has everything that the policy asks for. A burglary that takes several devices at once is no single loss.
 * Where nobody recovers by themselves, the help desk is what the organization chose: that an account is then lost is said, and no error.
 */
export function findingsOfLosses({ workings, kinds }: Examined): Finding[] {
  const losses = (back: Back): Example[] =>
    kinds
      .filter(({ complete }) => complete)
      .flatMap(({ kind, lockOut }) =>
        lockOut.after
          .filter(({ lost, outcome }) => lost.length === 1 && lost[0] !== 'all-devices' && outcome.back === back)
          .map((one): Example => ({ by: 'loss', kind, ...one })),
      );
  return [
    ...finding('single-loss-locks-out', workings.policy.selfRecovery ? 'error' : 'warning', losses('never')),
    ...finding('single-loss-needs-operator', 'warning', losses('with-operator')),
    ...(kinds.length > 0 ? [] : finding('nobody-signs-in', 'error', [{ by: 'setting' }])),
  ];
}
