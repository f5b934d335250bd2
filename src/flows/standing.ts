import type { Contested } from '../domain/contest.ts';
import type { HeldEmergencyCode, Standing } from '../domain/credential.ts';
import { decide } from '../domain/decide.ts';
import { barOf, highestAcrOf } from '../domain/emergency-code.ts';
import type { Journey } from '../domain/journey.ts';
import { keptPolicy } from '../domain/kept-policy.ts';
import type { Goal, Policy } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import { policyWithRole } from '../domain/role-policy.ts';
import type { Aim, Verdict } from '../domain/verdict.ts';
import type { Account, Ports } from './ports.ts';

const YEAR_MS = 365 * 86_400_000;

/** What `decide` needs to know of an account. `clientId`: the application that is signed in to, where there is one. */
export function standingOf(
  account: Account,
  ports: Pick<Ports, 'closed' | 'now'>,
  clientId: string | null = null,
): Standing {
  return {
    suspended: account.suspendedAt !== null,
    frozen: account.frozenAt === null ? null : frozenBy(account.contested),
    boundToSecondFactor: account.boundToSecondFactor,
    credentials: account.credentials,
    contacts: account.contacts.map((contact) => ({
      ...contact,
      verified: contact.verifiedAt !== null,
      ...(contact.verifiedAt !== null && { since: contact.verifiedAt }),
      off: contact.offAt !== null,
    })),
    restoreCode:
      account.restoreCode && mayRestore(account, ports.now())
        ? {
            id: account.restoreCode.id,
            byEmail: account.restoreCode.issuedBy === 'email',
            unsettledUntil: account.restoreCode.unsettledUntil,
          }
        : null,
    emergencyCode: usableCode(account, clientId, ports.now()),
    closed: ports.closed,
  };
}

/** The emergency code that is out, where it opens something now. */
function usableCode(
  { emergencyCode: code, policy }: Account,
  clientId: string | null,
  now: number,
): HeldEmergencyCode | null {
  if (!code || barOf(code, clientId, now)) return null;
  const madeBy = code.issuedBy === 'owner' ? 'owner' : 'operator';
  return { id: code.id, madeBy, highestAcr: highestAcrOf(policy, code.highestAcr, madeBy) };
}

/** Whether restoring is open to the account at all: nobody has forbidden it, and it was not done too often in the last year (SPEC S9). */
export function mayRestore({ restoreForbidden, restoreUses, policy }: Account, now: number): boolean {
  const uses = restoreUses.filter((at) => at > now - YEAR_MS).length;
  return !restoreForbidden && uses < policy.restoreCode.usesPerYear;
}

function frozenBy(contested: readonly Contested[]): Standing['frozen'] {
  return {
    used: contested.flatMap(({ used }) => used),
    byAuthenticator: contested.some((act) => act.byAuthenticator),
  };
}

type Began = Partial<Pick<Journey, 'began' | 'organizationId'>>;

/** The account under the policy by which this journey goes on: the one it began with, as far as the one in force lets it (`keptPolicy`). */
export function underItsPolicy(
  ports: Pick<Ports, 'closed' | 'now'>,
  account: Account,
  { began, organizationId, goal }: Began & Pick<Journey, 'goal'>,
): Account {
  if (!began || goal === null || organizationId !== account.organizationId) return account;
  const older = account.roles.length > 0 ? policyWithRole(began) : began;
  return { ...account, policy: keptPolicy(older, account.policy, standingOf(account, ports), goal) };
}

/**
 * The decision on a journey as it stands, or with other proofs or another goal in place of its own. For somebody who has said "I have my
 * restore code" the ways with one come before all others, where one is open.
 */
export function verdictOn(
  ports: Pick<Ports, 'closed' | 'now'>,
  found: Account,
  journey: Pick<Journey, 'goal' | 'atLeast' | 'proofs'> & Partial<Pick<Journey, 'state' | 'clientId'>> & Began,
  instead: { goal?: Goal; proofs?: readonly Proof[] } = {},
): Verdict {
  const goal = instead.goal ?? journey.goal;
  if (goal === null) return { verdict: 'refuse', reasons: ['no-route'] };
  const account = underItsPolicy(ports, found, { ...journey, goal });
  const aim: Aim = journey.atLeast === null ? { goal } : { goal, atLeast: journey.atLeast };
  const verdictBy = (policy: Policy) =>
    decide(policy, standingOf(account, ports, journey.clientId), aim, instead.proofs ?? journey.proofs, ports.now());
  const restoring = journey.state?.restoring ? verdictBy(byRestoreCode(account.policy, goal)) : undefined;
  return restoring && isOpen(restoring) ? restoring : verdictBy(account.policy);
}

/**
 * The decision when only ways with a restore code are taken: undefined where none of them is open. It asks and allows nothing that the policy
 * does not.
 */
export function verdictByRestoreCode(
  ports: Pick<Ports, 'closed' | 'now'>,
  account: Account,
  journey: Pick<Journey, 'goal' | 'atLeast' | 'proofs'> & Began,
): Open | undefined {
  const state = { challenge: '', restoring: true } as const;
  const verdict = verdictOn(ports, account, { ...journey, state });
  return isOpen(verdict) && verdict.steps.some(({ proof }) => proof === 'restore-code') ? verdict : undefined;
}

type Open = Extract<Verdict, { verdict: 'ask' | 'allow' }>;
const isOpen = (verdict: Verdict): verdict is Open => verdict.verdict === 'ask' || verdict.verdict === 'allow';

function byRestoreCode(policy: Policy, goal: Goal): Policy {
  const routes = policy.routes[goal].filter(({ proofs }) => proofs.includes('restore-code'));
  return { ...policy, routes: { ...policy.routes, [goal]: routes } };
}
