import { mayGive, type Role } from '../../domain/role.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts, AdministrationRepositories } from '../ports/administration.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

export interface RoleSet {
  readonly outcome: 'set';
  readonly sub: string;
  /** False: it was so already. */
  readonly changed: boolean;
}

export interface RoleRequest {
  readonly role: Role;
  /** Null: in every organization. */
  readonly organizationId: string | null;
}

/**
 * Gives a role: an admin in the console, no farther than his own role reaches (ATTACKS A24), or the command line. From now on the account recovers
 * by the routes of `strict`. A role that sleeps is not woken by this: that is `confirmRoles`.
 */
export function grantRole(
  ports: AdministrationPorts,
  named: string,
  request: RoleRequest,
  why: Why = {},
): Promise<RoleSet | Refused<'unknown-user' | 'not-allowed' | 'unknown-organization'>> {
  const { role, organizationId } = request;
  type Done = RoleSet | Refused<'not-allowed' | 'unknown-organization'>;
  return onAccount(ports, named, 'change-roles', async (tx, account): Promise<Done> => {
    if (!(await mayReach(ports, tx, organizationId))) return refused('not-allowed');
    if (organizationId !== null && !(await tx.organizations.find(organizationId)))
      return refused('unknown-organization');
    const changed = await tx.roles.grant(account.id, role, organizationId, ports.now());
    if (changed) await record(ports, tx, eventOf('role.granted', account, request, why));
    return { outcome: 'set', sub: account.id, changed };
  });
}

/** Takes a role away, as `grantRole` gives it: what it let is over with the commit. */
export function revokeRole(
  ports: AdministrationPorts,
  named: string,
  request: RoleRequest,
  why: Why = {},
): Promise<RoleSet | Refused<'unknown-user' | 'not-allowed'>> {
  return onAccount(ports, named, 'change-roles', async (tx, account): Promise<RoleSet | Refused<'not-allowed'>> => {
    if (!(await mayReach(ports, tx, request.organizationId))) return refused('not-allowed');
    const changed = await tx.roles.revoke(account.id, request.role, request.organizationId);
    if (changed) await record(ports, tx, eventOf('role.revoked', account, request, why));
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

/** Wakes the roles that sleep since a recovery, once it is known who did it: another admin in the console, or the command line (SPEC "Rules"). */
export function confirmRoles(
  ports: AdministrationPorts,
  named: string,
  why: Why = {},
): Promise<RoleSet | Refused<'unknown-user' | 'not-allowed'>> {
  return onAccount(ports, named, 'confirm-role', async (tx, account) => {
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
  why: Why,
) {
  const details = { role, in_organization: organizationId, ...why };
  return { kind, accountId: account.id, organizationId: account.organizationId, details };
}
