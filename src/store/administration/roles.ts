import { type Selectable, sql } from 'kysely';
import type { AuditKind } from '../../domain/audit-event.ts';
import type { HeldRole } from '../../domain/role.ts';
import type { Roles } from '../../flows/ports/roles.ts';
import type { Database } from '../database.ts';
import type { RoleRow } from '../schema.ts';

/** What an operator does that opens a way into an account. */
const HELP: readonly AuditKind[] = [
  'emergency-code.proposed',
  'emergency-code.issued',
  'restore-code.issued',
  'account.re-registration-required',
];

/** Who may do what in the operators' console. */
export function rolesOn(db: Database): Roles {
  return {
    async grant(accountId, { role, organizationId, asleepSince }, at) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('roles')
        .values({
          account_id: accountId,
          role,
          organization_id: organizationId,
          asleep_since: asleepSince,
          granted_at: at,
        })
        .onConflict((conflict) => conflict.columns(['account_id', 'role', 'organization_id']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async revoke(accountId, role, organizationId) {
      const { numDeletedRows } = await db
        .deleteFrom('roles')
        .where('account_id', '=', accountId)
        .where('role', '=', role)
        .where('organization_id', 'is not distinct from', organizationId)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    async confirm(accountId) {
      const { numUpdatedRows } = await db
        .updateTable('roles')
        .set({ asleep_since: null })
        .where('account_id', '=', accountId)
        .where('asleep_since', 'is not', null)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    async hasHelped(operatorId, accountId, since) {
      const { rows } = await sql`
        select from audit_log where account_id = ${accountId} and actor = 'operator'
          and details->>'operator' = ${operatorId} and kind = any(${[...HELP]}::text[]) and at >= ${since} limit 1`.execute(
        db,
      );
      return rows.length > 0;
    },
    async all() {
      const rows = await db
        .selectFrom('roles')
        .innerJoin('accounts', 'accounts.id', 'roles.account_id')
        .selectAll('roles')
        .select('accounts.username')
        .orderBy('accounts.username_key')
        .orderBy('roles.role')
        .orderBy('roles.organization_id')
        .execute();
      return rows.map((row) => ({
        ...heldFrom(row),
        accountId: row.account_id,
        username: row.username,
        grantedAt: row.granted_at,
      }));
    },
    async hold(accountId) {
      const rows = await db
        .selectFrom('roles')
        .select(['role', 'organization_id', 'asleep_since'])
        .where('account_id', '=', accountId)
        .forShare()
        .execute();
      return rows.map(heldFrom);
    },
  };
}

/** Of a row what a decision looks at. */
function heldFrom(row: Pick<Selectable<RoleRow>, 'role' | 'organization_id' | 'asleep_since'>): HeldRole {
  return { role: row.role, organizationId: row.organization_id, asleepSince: row.asleep_since };
}
