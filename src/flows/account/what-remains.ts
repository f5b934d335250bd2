import { without } from '../../domain/losses.ts';
import { type WayBack, wayBack } from '../../domain/way-back.ts';
import { belongingsOf } from '../belongings.ts';
import type { Account, Ports } from '../ports.ts';

/**
 * How the owner gets in once this second factor or phone proves nothing at a sign-in any more: said before it is switched off or
 * blocked (`decide` alone is asked, as everywhere).
 */
export function whatRemains(ports: Pick<Ports, 'closed' | 'now'>, account: Account, id: string): WayBack {
  const later: Account = {
    ...account,
    credentials: account.credentials.map((held) => (held.id === id ? { ...held, state: 'blocked' } : held)),
    contacts: account.contacts.map((contact) => (contact.id === id ? { ...contact, offAt: ports.now() } : contact)),
  };
  return wayBack(account.policy, without(belongingsOf(later, ports), []));
}
