import { mayGive, ROLES } from '../../../../domain/role.ts';
import { grantRole, type RoleRequest, revokeRole } from '../../../../flows/administration/roles.ts';
import type { Account } from '../../../../flows/ports.ts';
import type { Desk } from '../desk.ts';
import type { ActName, UserAct } from './act.ts';

/** Giving somebody a role and taking it away: in their organization or, by an admin who reaches so far, in all of them. */
export const ROLE_ACTS: readonly UserAct<ActName>[] = [
  {
    name: 'grant-role',
    act: 'change-roles',
    offered: (account) => rolesIn(account).some((role) => !holds(account, role)),
    happens: ({ ctx: { t } }) => [t('admin:grant_1'), t('admin:grant_2')],
    choice: (desk, account) => ({
      legend: 'admin:grant_choice',
      missing: 'admin:role_missing',
      options: optionsOf(
        desk,
        rolesIn(account).filter((role) => !holds(account, role)),
      ),
    }),
    reason: true,
    danger: false,
    async perform({ ports }, { id }, { reason, choice }) {
      const done = await grantRole(ports, id, requestFrom(choice), { reason });
      if (done.outcome === 'refused') return done;
      return { said: done.asleep ? 'admin:said_granted_asleep' : 'admin:said_granted' };
    },
  },
  {
    name: 'revoke-role',
    act: 'change-roles',
    offered: ({ roles }) => roles.length > 0,
    happens: ({ ctx: { t } }) => [t('admin:revoke_1')],
    choice: (desk, { roles }) => ({
      legend: 'admin:revoke_choice',
      missing: 'admin:role_missing',
      options: optionsOf(desk, roles),
    }),
    reason: true,
    danger: true,
    async perform({ ports }, { id }, { reason, choice }) {
      const done = await revokeRole(ports, id, requestFrom(choice), { reason });
      return done.outcome === 'refused' ? done : { said: 'admin:said_revoked' };
    },
  },
];

/** What an account could hold: each role in its own organization, and in all. */
const rolesIn = ({ organizationId }: Account): readonly RoleRequest[] =>
  [organizationId, null].flatMap((where) => ROLES.map((role) => ({ role, organizationId: where })));

const holds = ({ roles }: Account, { role, organizationId }: RoleRequest): boolean =>
  roles.some((held) => held.role === role && held.organizationId === organizationId);

const EVERYWHERE = '*';

/** Those that this operator's own roles reach; the flow decides once more. */
function optionsOf({ ctx: { t }, operator }: Desk, roles: readonly RoleRequest[]) {
  return roles
    .filter(({ organizationId }) => mayGive(operator.account.roles, organizationId))
    .map(({ role, organizationId }) => ({
      value: `${role}:${organizationId ?? EVERYWHERE}`,
      text: t(`admin:role_${role}`),
      hint: organizationId === null ? t('admin:role_everywhere') : t('admin:in_organization', { id: organizationId }),
    }));
}

/** Of a choice that was among the options. */
function requestFrom(choice: string): RoleRequest {
  const role = ROLES.find((one) => choice.startsWith(`${one}:`)) ?? 'operator';
  const where = choice.slice(role.length + 1);
  return { role, organizationId: where === EVERYWHERE ? null : where };
}
