import { CONTESTABLE_FOR_MS } from '../domain/contest.ts';
import type { Message } from '../domain/message.ts';
import { isContestable, isTold, type NoticeEffects, type NoticeKind } from '../domain/notice.ts';
import type { Account, Contact, Ports, Repositories, Visitor } from './ports.ts';

const CONTEST_DIGITS = 2;

/** What happened to an account, as its owner is told of it. */
export interface Announcement extends Partial<NoticeEffects> {
  readonly kind: NoticeKind;
  readonly visitor: Visitor;
  /** In the owner's own words: the name of a device, a masked address. */
  readonly about?: string;
  /** Until when it can still be changed (milliseconds). */
  readonly until?: number;
}

/**
 * Writes down what was done, by what and what it changed, and tells every verified e-mail address and phone of the account, given-up
 * ones included for as long as they may veto; all inside the transaction of what happened (NIST SP 800-63B-4 NOT-02; SPEC S5). An e-mail
 * carries "It wasn't me": a link that opens a page, and two digits of the message that are typed there (ATTACKS A10). An SMS never
 * carries a link (STANDARDS D-24). Returns the id of the notice.
 */
export async function announce(
  ports: Pick<Ports, 'crypto' | 'now' | 'issuer'>,
  tx: Repositories,
  account: Account,
  { kind, visitor, about, until, used = [], added = [], removed = [] }: Announcement,
): Promise<string> {
  const now = ports.now();
  const { ip, userAgent, deviceHash } = visitor;
  const id = ports.crypto.uuid();
  const told = isTold(kind);
  await tx.notices.add({
    id,
    accountId: account.id,
    at: now,
    kind,
    ip,
    userAgent,
    deviceHash,
    used,
    added,
    removed,
    told,
  });
  if (!told) return id;
  if (isContestable(kind)) {
    // For as long as it can be contested the way back may need it.
    await tx.credentials.keepSealed(account.id, removed, now + CONTESTABLE_FOR_MS);
    await tx.contacts.keep(account.id, removed, now + CONTESTABLE_FOR_MS);
  }

  const circumstances = { at: now, ip, userAgent };
  const envelope = {
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt: now + CONTESTABLE_FOR_MS,
  };
  const notice = { template: 'notice', notice: kind, circumstances, ...(about !== undefined && { about }) } as const;
  const contest = isContestable(kind) ? await newContest(ports, tx, account, id, envelope.expiresAt) : undefined;
  for (const contact of whoHears(account, now)) {
    const message: Message =
      contact.kind === 'email'
        ? {
            ...envelope,
            to: contact.value,
            channel: 'email',
            content: { ...notice, ...(until !== undefined && { until }), ...(contest && { contest }) },
          }
        : { ...envelope, to: contact.value, channel: 'sms', content: notice };
    await tx.outbox.send(message);
  }
  return id;
}

/** Verified contacts, and those given up lately. */
export function whoHears(account: Account, now: number): readonly Contact[] {
  return [
    ...account.contacts.filter(({ verifiedAt }) => verifiedAt !== null),
    ...account.formerContacts.filter(({ verifiedAt, vetoUntil }) => verifiedAt !== null && vetoUntil > now),
  ];
}

async function newContest(
  ports: Pick<Ports, 'crypto' | 'now' | 'issuer'>,
  tx: Repositories,
  account: Account,
  noticeId: string,
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
    noticeId,
    tokenHash: ports.crypto.hashToken(token),
    codeHash: ports.crypto.hashCode('contest', id, digits),
    expiresAt,
  });
  return { link: `${ports.issuer}/not-me/${token}`, digits };
}
