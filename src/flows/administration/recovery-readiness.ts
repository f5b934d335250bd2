import type { Policy } from '../../domain/policy.ts';
import { policyOfAccount, type RecoveryStage, stageOf } from '../../domain/policy-of-account.ts';
import { type HeldForRecovery, holds, type Lack, lacksOf } from '../../domain/readiness.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { belongingsOf } from './report-lock-out.ts';

export interface Ready {
  readonly accounts: number;
  readonly ready: number;
}

/** Accounts that self-recovery would not help, by one reason. `keys`: for finding them (`AccountKinds.among`). */
export interface LeftOut extends Lack {
  readonly accounts: number;
  readonly keys: readonly string[];
}

export interface Readiness extends Ready {
  readonly outcome: 'counted';
  readonly policy: Policy;
  readonly version: number;
  readonly stage: RecoveryStage;
  readonly pilot: Ready;
  readonly holding: Readonly<Record<HeldForRecovery, number>>;
  /** Most accounts first. An account that lacks two things counts for both. */
  readonly leftOut: readonly LeftOut[];
  /** Suspended or blocked: not looked at. */
  readonly aside: number;
}

/**
 * Which accounts of an organization could recover by themselves if that were on for everybody (SPEC T9), by what they hold. Each sort of account
 * is decided on once, so that a million of them cost as much as there are sorts.
 */
export async function recoveryReadiness(
  { store, closed, now }: Pick<AdministrationPorts, 'store' | 'closed' | 'now'>,
  organizationId: string,
): Promise<Readiness | Refused<'no-organization'>> {
  const inForce = await store.policies.inForce(organizationId);
  if (!inForce) return refused('no-organization');
  const { policy, version } = inForce;
  const [alike, aside] = await Promise.all([store.kinds.of(organizationId), store.kinds.aside(organizationId)]);
  const sorts = alike.map((some) => {
    const { standing } = belongingsOf(some, closed);
    return { ...some, standing, lacks: lacksOf(policyOfAccount(policy, some), standing, now()) };
  });
  const inPilot = sorts.filter((some) => some.inPilot);
  const leftOut = new Map<string, LeftOut>();
  for (const { lacks, accounts, key } of sorts)
    for (const { lost, reason } of lacks) {
      const name = `${lost} ${reason}`;
      const before = leftOut.get(name);
      leftOut.set(name, {
        lost,
        reason,
        accounts: (before?.accounts ?? 0) + accounts,
        keys: [...(before?.keys ?? []), key],
      });
    }
  const having = (what: HeldForRecovery) => total(sorts.filter(({ standing }) => holds(standing, what)));
  return {
    outcome: 'counted',
    policy,
    version,
    stage: stageOf(policy),
    accounts: total(sorts),
    ready: total(sorts.filter(isReady)),
    pilot: { accounts: total(inPilot), ready: total(inPilot.filter(isReady)) },
    holding: {
      'verified-email': having('verified-email'),
      'verified-phone': having('verified-phone'),
      password: having('password'),
      'second-factor': having('second-factor'),
      'restore-code': having('restore-code'),
    },
    leftOut: [...leftOut.values()].toSorted((a, b) => b.accounts - a.accounts),
    aside,
  };
}

const isReady = ({ lacks }: { readonly lacks: readonly Lack[] }): boolean => lacks.length === 0;

function total(sorts: readonly { readonly accounts: number }[]): number {
  return sorts.reduce((sum, { accounts }) => sum + accounts, 0);
}
