import type { Standing } from '../../domain/credential.ts';
import { type CountedKind, type LockOutReport, lockOutReport } from '../../domain/lock-out-report.ts';
import type { PasskeyFacts } from '../../domain/losses.ts';
import type { Policy } from '../../domain/policy.ts';
import { policyOfAccount } from '../../domain/policy-of-account.ts';
import { kindOf, nameOfKind } from '../../domain/proof-of-policy/account-kind.ts';
import { deviceKind } from '../../domain/user-agent.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AlikeAccounts, Held } from '../ports/account-kinds.ts';
import type { AdministrationPorts } from '../ports/administration.ts';

export interface LockOutReported extends LockOutReport {
  readonly outcome: 'reported';
  readonly policy: Policy;
  /** Accounts that are suspended or blocked: not looked at. */
  readonly aside: number;
}

/**
 * Who in an organization is how far from being locked out, under the policy in force (SPEC X2). Every *kind* of account is worked out once,
 * so that a million of them cost as much as there are kinds. What rests after a recovery or a change is taken as settled.
 */
export async function reportLockOut(
  { store, closed }: Pick<AdministrationPorts, 'store' | 'closed'>,
  organizationId: string,
): Promise<LockOutReported | Refused<'no-organization'>> {
  const inForce = await store.policies.inForce(organizationId);
  if (!inForce) return refused('no-organization');
  const { policy } = inForce;
  const alike = await store.kinds.of(organizationId);
  const aside = await store.kinds.aside(organizationId);
  return { outcome: 'reported', policy, aside, ...lockOutReport(countedKinds(policy, closed, alike)) };
}

/** By kind: two browsers, or a third address, make no other kind. */
export function countedKinds(
  policy: Policy,
  closed: Standing['closed'],
  alike: readonly AlikeAccounts[],
): readonly CountedKind[] {
  const policies = new Map<string, Policy>();
  const kinds = new Map<string, CountedKind>();
  for (const some of alike) {
    const kind = kindOf(belongingsOf(some, closed));
    const mayRestore = policy.restoreCode.offered && !some.restoreForbidden;
    const place = `${some.withRole} ${some.inPilot || policy.selfRecoveryFor === 'everybody'}`;
    const own = policies.get(place) ?? policyOfAccount(policy, some);
    policies.set(place, own);
    const name = `${nameOfKind(kind)} ${place} ${mayRestore}`;
    const accounts = (kinds.get(name)?.accounts ?? 0) + some.accounts;
    kinds.set(name, { kind, mayRestore, accounts, policy: own });
  }
  return [...kinds.values()];
}

/** What accounts that hold the same hold: everything counts. */
export function belongingsOf({ holds, bound, restoreForbidden }: AlikeAccounts, closed: Standing['closed']) {
  const held = holds.map((one, at) => ({ ...one, id: `${one.what}-${at}` }));
  const restore = restoreForbidden ? undefined : held.find(({ what }) => what.endsWith('restore-code'));
  const standing: Standing = {
    suspended: false,
    frozen: null,
    boundToSecondFactor: bound,
    credentials: held.flatMap(({ what, id }) =>
      what === 'password' || what === 'totp' || what === 'passkey'
        ? [{ id, kind: what, state: 'active' as const, unsettledUntil: null }]
        : [],
    ),
    contacts: held.flatMap(({ what, id }) =>
      what === 'email' || what === 'phone' || what === 'switched-off-phone'
        ? [
            {
              id,
              kind: what === 'email' ? what : 'phone',
              verified: true,
              countsFrom: 0,
              off: what === 'switched-off-phone',
            },
          ]
        : [],
    ),
    restoreCode: restore
      ? { id: restore.id, byEmail: restore.what === 'mailed-restore-code', unsettledUntil: null }
      : null,
    emergencyCode: null,
    closed,
  };
  return { standing, passkeys: held.flatMap(factsOf) };
}

function factsOf(held: Held & { readonly id: string }): PasskeyFacts[] {
  if (held.what !== 'passkey') return [];
  const { id, synced, transports, userAgent } = held;
  return [{ id, synced, transports, registeredOn: deviceKind(userAgent) }];
}
