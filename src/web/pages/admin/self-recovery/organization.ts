import type { Organization } from '../../../../flows/ports/provider.ts';
import { type Answer, refuse } from '../../../frame/answer.ts';
import { type Desk, mayIn } from '../desk.ts';

type OrganizationHandler = (desk: Desk, organization: Organization) => Answer | Promise<Answer>;

/** The organizations whose self-recovery this admin looks after, by name. */
export async function organizationsOf(desk: Desk): Promise<readonly Organization[]> {
  const all = await desk.ports.store.organizations.all();
  return all.filter(({ id }) => mayIn(desk, 'see-recovery', id));
}

/** For a page about one organization: one that the admin does not administer is nowhere to be found. */
export function onOrganization(handler: OrganizationHandler): (desk: Desk) => Promise<Answer> {
  return async (desk) => {
    const id = desk.ctx.params['organization'] ?? '';
    if (!mayIn(desk, 'see-recovery', id)) return refuse('not-found');
    const organization = await desk.ports.store.organizations.find(id);
    return organization ? handler(desk, organization) : refuse('not-found');
  };
}
