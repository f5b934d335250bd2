import type { Message, NoticeKind } from '../domain/message.ts';
import type { Account, Ports, Repositories, Visitor } from './ports.ts';

const NOTICE_LASTS_MS = 7 * 86_400_000;
const CONTEST_DIGITS = 2;

/** What the owner of an account cannot undo by a notice of its own. */
const UNCONTESTABLE: readonly NoticeKind[] = ['account-frozen', 'credential-disabled'];

/**
 * Tells every verified e-mail address and phone of the account, inside the transaction of what happened (NIST NOT-02). An
 * e-mail carries "It wasn't me": a link that opens a page, and two digits of the message that are typed there (A10).
 */
export async function tellOwner(
  ports: Pick<Ports, 'crypto' | 'now' | 'issuer'>,
  tx: Repositories,
  account: Account,
  notice: NoticeKind,
  visitor: Visitor,
): Promise<void> {
  const now = ports.now();
  const circumstances = { at: now, ip: visitor.ip, userAgent: visitor.userAgent };
  const envelope = {
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt: now + NOTICE_LASTS_MS,
  };
  const contest = UNCONTESTABLE.includes(notice) ? undefined : await newContest(ports, tx, account, envelope.expiresAt);
  for (const contact of account.contacts.filter((known) => known.verifiedAt !== null)) {
    const message: Message =
      contact.kind === 'email'
        ? {
            ...envelope,
            to: contact.value,
            channel: 'email',
            content: { template: 'notice', notice, circumstances, ...(contest ? { contest } : {}) },
          }
        : { ...envelope, to: contact.value, channel: 'sms', content: { template: 'notice', notice, circumstances } };
    await tx.outbox.send(message);
  }
}

async function newContest(
  ports: Pick<Ports, 'crypto' | 'now' | 'issuer'>,
  tx: Repositories,
  account: Account,
  expiresAt: number,
): Promise<{ link: string; digits: string }> {
  const id = ports.crypto.uuid();
  const token = ports.crypto.token();
  const digits = ports.crypto.digits(CONTEST_DIGITS);
  await tx.codes.create({
    id,
    purpose: 'contest',
    accountId: account.id,
    journeyId: null,
    contactId: null,
    tokenHash: ports.crypto.hashToken(token),
    codeHash: ports.crypto.hashCode('contest', id, digits),
    expiresAt,
  });
  return { link: `${ports.issuer}/not-me/${token}`, digits };
}
