import type { RegisteredClient } from '../../../../flows/ports/clients.ts';
import { type Answer, refuse } from '../../../frame/answer.ts';
import { type Desk, mayIn } from '../desk.ts';

type ApplicationHandler = (desk: Desk, client: RegisteredClient) => Answer | Promise<Answer>;

/** For a page about one application: one of an organization that the admin does not administer is nowhere to be found. */
export function onApplication(handler: ApplicationHandler): (desk: Desk) => Promise<Answer> {
  return async (desk) => {
    const client = await desk.ports.store.clients.find(desk.ctx.params['client'] ?? '');
    return client && mayIn(desk, 'see-clients', client.organizationId) ? handler(desk, client) : refuse('not-found');
  };
}

/** What a flow refused that decides anew: nothing was done. */
export function refusedClient(reason: 'unknown-client' | 'not-allowed'): Answer {
  return refuse(reason === 'unknown-client' ? 'not-found' : 'not-allowed');
}

/** The number of the state that a form was made of, as it comes back; what is no number fits no state. */
export const versionIn = (typed: string | undefined): number => (/^\d{1,9}$/.test(typed ?? '') ? Number(typed) : 0);
