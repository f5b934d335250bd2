import type { AdminAct } from '../../../../domain/administration.ts';
import type { Account } from '../../../../flows/ports.ts';
import { type Answer, refuse } from '../../../frame/answer.ts';
import { type Desk, may } from '../desk.ts';

type UserHandler = (desk: Desk, account: Account) => Answer | Promise<Answer>;

/**
 * For a page about one person: whoever is out of the operator's reach is nowhere to be found, and who may be seen but not acted upon is refused (ATTACKS
 * A24).
 */
export function onUser(act: AdminAct, handler: UserHandler): (desk: Desk) => Promise<Answer> {
  return async (desk) => {
    const account = await desk.ports.store.accounts.load(desk.ctx.params['id'] ?? '');
    if (!account || !may(desk, 'see', account)) return refuse('not-found');
    return may(desk, act, account) ? handler(desk, account) : refuse('not-allowed');
  };
}

/** What a flow refused that decides anew: nothing was done. */
export function refusedBy(reason: 'unknown-user' | 'not-allowed'): Answer {
  return refuse(reason === 'unknown-user' ? 'not-found' : 'not-allowed');
}

export function fullName({ givenName, familyName }: Pick<Account, 'givenName' | 'familyName'>): string {
  return [givenName, familyName].filter((part) => part !== null).join(' ');
}
