import { hasSay } from '../domain/contact.ts';
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
 * carries "It wasn't me": a link that opens a page, and two digits of the message that are typed there (ATTACKS A10); an address that came
 * lately has a link of its own, which ends when it is given up. An SMS never carries a link (STANDARDS D-24). Returns the id of the notice.
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
  // For as long as it can be contested the way back may need it.
  if (isContestable(kind)) await tx.credentials.keepSealed(account.id, removed, now + CONTESTABLE_FOR_MS);

  const circumstances = { at: now, ip, userAgent };
  const envelope = {
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt: now + CONTESTABLE_FOR_MS,
  };
  const notice = { template: 'notice', notice: kind, circumstances, ...(about !== undefined && { about }) } as const;
  const aboutContest = { accountId: account.id, noticeId: id, expiresAt: envelope.expiresAt };
  const shared = isContestable(kind) ? await newContest(ports, tx, aboutContest) : undefined;
  for (const contact of whoHears(account, now)) {
    const isNew = !hasSay(account.policy, contact, now);
    const goes = isNew && removed.includes(contact.id);
    // One that came lately and goes now is told so, once, and has no say in it.
    if (goes && kind !== 'contact-removed') continue;
    const own = shared && isNew && !goes && contact.kind === 'email';
    const contest = own
      ? await newContest(ports, tx, { ...aboutContest, contactId: contact.id })
      : goes
        ? undefined
        : shared;
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

/** Verified contacts, and those given up lately that have a say. */
export function whoHears(account: Account, now: number): readonly Contact[] {
  return [
    ...account.contacts.filter(({ verifiedAt }) => verifiedAt !== null),
    ...account.formerContacts.filter((one) => one.verifiedAt !== null && one.vetoUntil > now && !one.silent),
  ];
}

/** `contactId`: whose link it is; it is over when that contact has no say any more (`contest`). */
async function newContest(
  ports: Pick<Ports, 'crypto' | 'now' | 'issuer'>,
  tx: Repositories,
  {
    accountId,
    noticeId,
    expiresAt,
    contactId = null,
  }: {
    readonly accountId: string;
    readonly noticeId: string;
    readonly expiresAt: number;
    readonly contactId?: string | null;
  },
): Promise<{ link: string; digits: string }> {
  const id = ports.crypto.uuid();
  const token = ports.crypto.token();
  const digits = ports.crypto.digits(CONTEST_DIGITS);
  await tx.codes.create({
    id,
    purpose: 'contest',
    accountId,
    journeyId: null,
    contactId,
    noticeId,
    tokenHash: ports.crypto.hashToken(token),
    codeHash: ports.crypto.hashCode('contest', id, digits),
    expiresAt,
  });
  return { link: `${ports.issuer}/not-me/${token}`, digits };
}
