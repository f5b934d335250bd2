import { maskContact } from '../../domain/contact.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Contact, Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { endOpen } from './let-go.ts';
import { mayChange } from './may-change.ts';

export type MadePrimary = { readonly outcome: 'made-primary'; readonly contact: Contact };

/** The verified address or number that is written to first, and that applications get. `gone`: it is not there, or not verified. */
export async function makePrimary(
  ports: Ports,
  owner: Owner,
  contactId: string,
): Promise<MadePrimary | NotAllowed | Refused<'gone' | 'too-much-changed'>> {
  if (!owner.account.contacts.some(({ id }) => id === contactId)) return refused('gone');
  const not = await mayChange(ports, owner, 'change-contact');
  if (not) return not;
  return inAct(ports, owner, 'change-contact', async (tx, { account, used, now }) => {
    const contact = account.contacts.find(({ id, verifiedAt }) => id === contactId && verifiedAt !== null);
    if (!contact) return refused('gone');
    if (contact.primary) return { outcome: 'made-primary', contact };
    await tx.contacts.makePrimary(account.id, contact.id);
    await endOpen(tx, account.id, now);
    const about = maskContact(contact);
    const { visitor } = owner;
    const notice = await announce(ports, tx, account, { kind: 'contact-made-primary', visitor, about, used });
    await tx.audit.append(
      {
        kind: 'contact.made-primary',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { contact: contact.id, channel: contact.kind, about, notice },
      },
      visitor,
    );
    return { outcome: 'made-primary', contact };
  });
}
