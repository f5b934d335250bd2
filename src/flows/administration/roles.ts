import type { Role } from '../../domain/role.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { findAccount } from './find-account.ts';
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
 * Gives a role, at the command line only. From now on the account recovers by the routes of `strict`. A role that sleeps is not woken by
 * this: that is `confirmRoles`.
 */
export async function grantRole(
  ports: Omit<AdministrationPorts, 'operator'>,
  identifier: string,
  { role, organizationId }: RoleRequest,
): Promise<RoleSet | Refused<'unknown-user' | 'unknown-organization'>> {
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  return ports.store.transaction(async (tx) => {
    if (organizationId !== null && !(await tx.organizations.find(organizationId)))
      return refused('unknown-organization');
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    const changed = await tx.roles.grant(account.id, role, organizationId, ports.now());
    if (changed) await record(ports, tx, eventOf('role.granted', account, { role, organizationId }));
    return { outcome: 'set', sub: account.id, changed };
  });
}

/** Takes a role away, at the command line only: what it let is over with the commit. */
export async function revokeRole(
  ports: Omit<AdministrationPorts, 'operator'>,
  identifier: string,
  { role, organizationId }: RoleRequest,
): Promise<RoleSet | Refused<'unknown-user'>> {
  const found = await findAccount(ports, identifier);
  if (!found) return refused('unknown-user');
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.id);
    if (!account) return refused('unknown-user');
    const changed = await tx.roles.revoke(account.id, role, organizationId);
    if (changed) await record(ports, tx, eventOf('role.revoked', account, { role, organizationId }));
    return { outcome: 'set', sub: account.id, changed };
  });
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
) {
  const details = { role, in_organization: organizationId };
  return { kind, accountId: account.id, organizationId: account.organizationId, details };
}
