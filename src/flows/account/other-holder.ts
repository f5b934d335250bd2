import type { Account, Repositories, Visitor } from '../ports.ts';
import { hasKey, NEW_CONTACT_LASTS_MS } from './new-contact.ts';

/** Another account that has the address or is called by it, or did so lately. */
export async function holderOf(tx: Repositories, account: Account, key: string): Promise<Account | undefined> {
  const id = await tx.contacts.holderOf(key);
  return id === undefined || id === account.id ? undefined : tx.accounts.load(id);
}

/**
 * Whoever typed it learns nothing; its owner does. To the stored address, not the one that was typed (ATTACKS A21). An account that is only
 * called by the address, or was lately, does not have that mailbox: nothing is mailed.
 */
export async function tellHolder(
  tx: Repositories,
  holder: Account,
  key: string,
  visitor: Visitor,
  now: number,
): Promise<void> {
  const stored = [...holder.contacts, ...holder.formerContacts].find((held) => hasKey(held, { kind: 'email', key }));
  if (stored)
    await tx.outbox.send({
      channel: 'email',
      to: stored.value,
      locale: holder.locale,
      accountId: holder.id,
      organizationId: holder.organizationId,
      expiresAt: now + NEW_CONTACT_LASTS_MS,
      content: {
        template: 'contact-taken',
        circumstances: { at: now, ip: visitor.ip, userAgent: visitor.userAgent },
      },
    });
  await tx.audit.append(
    {
      kind: 'contact.refused',
      accountId: holder.id,
      organizationId: holder.organizationId,
      actor: 'user',
      details: { reason: 'wanted-for-another-account' },
    },
    visitor,
  );
}
