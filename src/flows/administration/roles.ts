import { HELPER_RESTS_MS, mayGive, type Role } from '../../domain/role.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts, AdministrationRepositories } from '../ports/administration.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

export interface RoleSet {
  readonly outcome: 'set';
  readonly sub: string;
  /** False: it was so already. */
  readonly changed: boolean;
}

export interface RoleGranted extends RoleSet {
  /** It lets nothing until another admin confirms it: whoever gave it has just opened a way into the account. */
  readonly asleep: boolean;
}

export interface RoleRequest {
  readonly role: Role;
  /** Null: in every organization. */
  readonly organizationId: string | null;
}

/**
 * Gives a role: an admin in the console, no farther than his own role reaches (ATTACKS A24), or the command line. From now on the account recovers
 * by the routes of `strict`. A role that sleeps is not woken by this: that is `confirmRoles`, for others to say where the giver has helped the
 * account in. Its owner is told.
 */
export function grantRole(
  ports: AdministrationPorts,
  named: string,
  request: RoleRequest,
  why: Why = {},
): Promise<RoleGranted | Refused<'unknown-user' | 'not-allowed' | 'unknown-organization'>> {
  const { role, organizationId } = request;
  type Done = RoleGranted | Refused<'not-allowed' | 'unknown-organization'>;
  return onAccount(ports, named, 'change-roles', async (tx, account): Promise<Done> => {
    if (!(await mayReach(ports, tx, organizationId))) return refused('not-allowed');
    if (organizationId !== null && !(await tx.organizations.find(organizationId)))
      return refused('unknown-organization');
    const asleep = await hasHelped(ports, tx, account.id);
    const held = { role, organizationId, asleepSince: asleep ? ports.now() : null };
    const changed = await tx.roles.grant(account.id, held, ports.now());
    if (changed) {
      await announce(ports, tx, account, { kind: 'role-granted', visitor: NO_VISITOR });
      await record(ports, tx, eventOf('role.granted', account, request, { ...why, asleep }));
    }
    return { outcome: 'set', sub: account.id, changed, asleep: changed && asleep };
  });
}

/** Takes a role away, as `grantRole` gives it: what it let is over with the commit, and its owner is told. */
export function revokeRole(
  ports: AdministrationPorts,
  named: string,
  request: RoleRequest,
  why: Why = {},
): Promise<RoleSet | Refused<'unknown-user' | 'not-allowed'>> {
  return onAccount(ports, named, 'change-roles', async (tx, account): Promise<RoleSet | Refused<'not-allowed'>> => {
    if (!(await mayReach(ports, tx, request.organizationId))) return refused('not-allowed');
    const changed = await tx.roles.revoke(account.id, request.role, request.organizationId);
    if (changed) {
      await announce(ports, tx, account, { kind: 'role-revoked', visitor: NO_VISITOR });
      await record(ports, tx, eventOf('role.revoked', account, request, why));
    }
    return { outcome: 'set', sub: account.id, changed };
  });
}

/** By the roles of this moment. */
async function mayReach(
  { operator }: AdministrationPorts,
  tx: AdministrationRepositories,
  organizationId: string | null,
): Promise<boolean> {
  return !operator || mayGive(await tx.roles.hold(operator.account.id), organizationId);
}

/** Whether this operator has opened a way into this account lately; nobody at the command line has. */
async function hasHelped(
  { operator, now }: AdministrationPorts,
  tx: AdministrationRepositories,
  accountId: string,
): Promise<boolean> {
  return operator !== undefined && tx.roles.hasHelped(operator.account.id, accountId, now() - HELPER_RESTS_MS);
}

/**
 * Wakes the roles that sleep since a recovery, once it is known who did it: another admin in the console, who has not helped with it (`helped`),
 * or the command line (SPEC "Rules").
 */
export function confirmRoles(
  ports: AdministrationPorts,
  named: string,
  why: Why = {},
): Promise<RoleSet | Refused<'unknown-user' | 'not-allowed' | 'helped'>> {
  return onAccount(ports, named, 'confirm-role', async (tx, account): Promise<RoleSet | Refused<'helped'>> => {
    if (await hasHelped(ports, tx, account.id)) return refused('helped');
    const woken = await tx.roles.confirm(account.id);
    const about = { accountId: account.id, organizationId: account.organizationId };
    if (woken > 0) await record(ports, tx, { kind: 'role.confirmed', ...about, details: { roles: woken, ...why } });
    return { outcome: 'set', sub: account.id, changed: woken > 0 };
  });
}

function eventOf(
  kind: 'role.granted' | 'role.revoked',
  account: { readonly id: string; readonly organizationId: string },
  { role, organizationId }: RoleRequest,
  why: Why & { readonly asleep?: boolean },
) {
  const details = { role, in_organization: organizationId, ...why };
  return { kind, accountId: account.id, organizationId: account.organizationId, details };
}
