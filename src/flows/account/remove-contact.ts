import { isLastFactor, maskContact, nextPrimary } from '../../domain/contact.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Contact, Ports, Repositories, Visitor } from '../ports.ts';
import { standingOf } from '../standing.ts';
import { type Acting, inAct, type NotAllowed, type Owner } from './act.ts';
import { endOpen, letGo } from './let-go.ts';
import { mayChange } from './may-change.ts';
import { isUsername } from './new-contact.ts';

export interface ContactRemoved {
  readonly outcome: 'removed';
  readonly contact: Contact;
  /** The session stood on this number, and has ended. */
  readonly signedOut: boolean;
}

/** `gone`: it is not there. The others say why it stays: every account keeps one verified address, and a way to sign in. */
export type RemoveRefusal = 'gone' | 'last-email' | 'last-factor' | 'is-username' | 'too-much-changed';

/** What speaks against removing it from the account as it is; undefined when nothing does. */
export function againstRemoving(
  ports: Pick<Ports, 'closed' | 'now'>,
  account: Account,
  contact: Contact,
): Exclude<RemoveRefusal, 'gone' | 'too-much-changed'> | undefined {
  if (isUsername(account, contact)) return 'is-username';
  if (contact.verifiedAt === null) return undefined;
  const others = account.contacts.filter(({ id, kind, verifiedAt }) => {
    return id !== contact.id && kind === contact.kind && verifiedAt !== null;
  });
  if (contact.kind === 'email') return others.length === 0 ? 'last-email' : undefined;
  return isLastFactor(account.policy, standingOf(account, ports), contact.id, ports.now()) ? 'last-factor' : undefined;
}

/**
 * Gives an address or number up: it proves nothing from now on, and may still veto for some days (`contactRest`). One that was never
 * verified is gone at once, and nobody is told: it never had a say.
 */
export async function removeContact(
  ports: Ports,
  owner: Owner,
  contactId: string,
): Promise<ContactRemoved | NotAllowed | Refused<RemoveRefusal>> {
  if (!owner.account.contacts.some(({ id }) => id === contactId)) return refused('gone');
  const not = await mayChange(ports, owner, 'change-contact');
  if (not) return not;
  return inAct(ports, owner, 'change-contact', async (tx, acting) => {
    const contact = acting.account.contacts.find(({ id }) => id === contactId);
    if (!contact) return refused('gone');
    const against = againstRemoving(ports, acting.account, contact);
    if (against) return refused(against);
    await remove(ports, tx, acting, contact, owner.visitor);
    return { outcome: 'removed', contact, signedOut: acting.used.includes(contact.id) };
  });
}

async function remove(
  ports: Ports,
  tx: Repositories,
  { account, used, now }: Acting,
  contact: Contact,
  visitor: Visitor,
): Promise<void> {
  await letGo(ports, tx, account, contact, now);
  const next = contact.primary ? nextPrimary(account.contacts, contact, now) : undefined;
  if (next) await tx.contacts.makePrimary(account.id, next.id);
  await endOpen(tx, account.id, now);
  const about = maskContact(contact);
  const notice =
    contact.verifiedAt === null
      ? undefined
      : await announce(ports, tx, account, { kind: 'contact-removed', visitor, about, used, removed: [contact.id] });
  await tx.audit.append(
    {
      kind: 'contact.removed',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { contact: contact.id, channel: contact.kind, about, ...(notice !== undefined && { notice }) },
    },
    visitor,
  );
}
