import { usernameKey } from '../domain/email-address.ts';
import type { Journey } from '../domain/journey.ts';
import type { Message } from '../domain/message.ts';
import { SHORT_CODE_DIGITS } from '../domain/one-time-code.ts';
import { perNetwork } from './network.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, Contact, Ports, Repositories, Visitor } from './ports.ts';

/** Whom a recovery writes to, if anybody. */
export interface PlannedMail {
  readonly codeId: string;
  /** Too many were asked for lately: nothing is sent. */
  readonly capped: boolean;
  /** Undefined: a decoy. */
  readonly account: Account | undefined;
  readonly contact: Contact | undefined;
}

/**
 * Counts against the network that the request comes from (ATTACKS A23). Once its budget is empty only a browser that the account
 * has signed in from goes on: a neighbour must not stop an owner (A26), and whoever has that browser knows that the account exists.
 */
export async function tooManyFrom(
  ports: Ports,
  visitor: Visitor,
  identifier: string,
): Promise<Refused<'slow-down'> | undefined> {
  const network = perNetwork('recovery-begin', visitor.ip);
  if (await ports.limits.take(network)) return undefined;
  const full: Refused<'slow-down'> = refused('slow-down', {
    until: (await ports.limits.emptyUntil(network)) ?? ports.now(),
  });
  if (visitor.deviceHash === null) return full;
  return ports.evenly(async () => {
    const account = await ports.store.accounts.findByIdentifier(identifier);
    return (await knows(ports, visitor, account)) ? undefined : full;
  });
}

/** Decides whom to write to, if anybody. A stored address only, never the one that was typed (ATTACKS A21). */
export async function planMail(
  ports: Ports,
  visitor: Visitor,
  account: Account | undefined,
  identifier: string,
): Promise<PlannedMail> {
  const codeId = ports.crypto.uuid();
  const subject = account?.id ?? usernameKey(identifier);
  const contact = account?.suspendedAt === null ? addressFor(account, identifier, ports.now()) : undefined;
  const mayWrite = await ports.limits.take([
    (await knows(ports, visitor, account))
      ? { budget: 'recovery-mail-per-known-device', key: `${subject}:${visitor.deviceHash?.toString('base64url')}` }
      : { budget: 'recovery-mail-per-account', key: subject },
    // Names that nobody has must not use up the mail of those who are real.
    { budget: contact ? 'mail-in-all' : 'decoys-in-all', key: 'all' },
  ]);
  const planned = { codeId, capped: !mayWrite };
  return mayWrite && contact
    ? { ...planned, account, contact }
    : { ...planned, account: undefined, contact: undefined };
}

/** Whether the account has signed in from this browser; asked for nobody too, so that it takes as long. */
async function knows(ports: Ports, { deviceHash }: Visitor, account: Account | undefined): Promise<boolean> {
  return deviceHash !== null && ports.store.devices.isKnown(account?.id ?? ports.crypto.uuid(), deviceHash);
}

/** A verified address that counts already: one that was changed lately may be a thief's. */
function addressFor(account: Account, identifier: string, now: number): Contact | undefined {
  const counting = account.contacts.filter(
    ({ kind, verifiedAt, countsFrom }) => kind === 'email' && verifiedAt !== null && countsFrom <= now,
  );
  const typed = counting.find((contact) => usernameKey(contact.value) === usernameKey(identifier));
  return typed ?? counting.find((contact) => contact.primary) ?? counting[0];
}

/** The code as a keyed hash, the link as a hash, the message in the outbox, and the audit row: for a decoy as well. */
export async function sendMail(
  ports: Ports,
  tx: Repositories,
  journey: Journey,
  mail: PlannedMail,
  visitor: Visitor,
): Promise<void> {
  const now = ports.now();
  const { account, contact, codeId } = mail;
  const seconds = account?.policy.lifetimes.link ?? 300;
  const token = ports.crypto.token();
  const code = ports.crypto.digits(SHORT_CODE_DIGITS);
  await tx.codes.create({
    id: codeId,
    purpose: 'recovery-link',
    accountId: account?.id ?? null,
    journeyId: journey.id,
    contactId: contact?.id ?? null,
    tokenHash: ports.crypto.hashToken(token),
    codeHash: ports.crypto.hashCode('recovery-code', codeId, code),
    expiresAt: now + seconds * 1000,
  });
  const message: Message = {
    channel: 'email',
    to: contact?.value ?? '',
    locale: account?.locale ?? journey.locale,
    accountId: account?.id ?? '',
    organizationId: account?.organizationId ?? journey.organizationId,
    expiresAt: now + seconds * 1000,
    content: {
      template: 'recovery-link',
      link: `${ports.issuer}/lost-credentials/link/${token}`,
      code,
      minutes: Math.round(seconds / 60),
      username: account?.username ?? journey.identifier,
      circumstances: { at: now, ip: visitor.ip, userAgent: visitor.userAgent },
    },
  };
  await tx.outbox.send(message);
  await tx.audit.append(
    {
      kind: journey.state.sends === 1 ? 'recovery.begun' : 'recovery.link-sent',
      actor: 'user',
      ...(account ? { accountId: account.id, organizationId: account.organizationId } : {}),
      details: { journey: journey.id, written: account !== undefined },
    },
    visitor,
  );
}
