import { mayGive } from '../../../../domain/role.ts';
import type { RegisteredOrganization } from '../../../../flows/ports/organizations.ts';
import { type Answer, refuse } from '../../../frame/answer.ts';
import { type Desk, mayIn } from '../desk.ts';

type OrganizationHandler = (desk: Desk, organization: RegisteredOrganization) => Answer | Promise<Answer>;

/** For a page about one organization: one that the admin does not administer is nowhere to be found. */
export function onOrganization(handler: OrganizationHandler): (desk: Desk) => Promise<Answer> {
  return async (desk) => {
    const id = desk.ctx.params['organization'] ?? '';
    if (!mayIn(desk, 'change-organization', id)) return refuse('not-found');
    const organization = await desk.ports.store.organizations.find(id);
    return organization ? handler(desk, organization) : refuse('not-found');
  };
}

/** Whether the admin's role reaches into all organizations. */
export const isEverywhere = ({ operator }: Desk): boolean => mayGive(operator.account.roles, null);

/** What a flow refused that decides anew: nothing was done. */
export function refusedOrganization(reason: 'unknown-organization' | 'not-allowed'): Answer {
  return refuse(reason === 'unknown-organization' ? 'not-found' : 'not-allowed');
}
