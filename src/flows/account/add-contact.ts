import { type ContactKind, maskContact } from '../../domain/contact.ts';
import type { Message } from '../../domain/message.ts';
import { SHORT_CODE_DIGITS } from '../../domain/one-time-code.ts';
import { perNetwork } from '../network.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Ports, Repositories, Take, Visitor } from '../ports.ts';
import { RESEND_AFTER_MS } from '../send-sms-code.ts';
import { smsTakes } from '../sms-takes.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { notAllowedNow, takeOrWait } from './may-change.ts';
import {
  againstAdding,
  type ContactRefusal,
  NEW_CONTACT_LASTS_MS,
  type NewContact,
  readContact,
  seal,
  waitingFor,
} from './new-contact.ts';
import { holderOf, tellHolder } from './other-holder.ts';

export interface CodeSent {
  readonly outcome: 'sent';
  readonly codeId: string;
}

type Asked = CodeSent | NotAllowed | Refused<ContactRefusal | 'sms-closed' | 'slow-down'>;

/**
 * Begins to add an address or number, in place of another one (`replaces`) or beside it: a code goes to the new one (NIST SP 800-63B-4
 * OOB-06, STANDARDS E-02). Nothing changes on the account before it is typed. An address that belongs to an account already is answered
 * alike, in the same time; it is told that somebody wanted it, and no code opens the row (ATTACKS A11).
 */
export async function addContact(
  ports: Ports,
  owner: Owner,
  typed: { readonly kind: ContactKind; readonly value: string; readonly replaces?: string },
): Promise<Asked> {
  if (typed.kind === 'phone' && ports.closed.includes('sms-code')) return refused('sms-closed');
  const read = readContact(typed.kind, typed.value);
  if (!read) return refused(typed.kind === 'email' ? 'not-an-address' : 'not-a-number');
  return send(ports, owner, { ...read, replaces: typed.replaces ?? null });
}

/** A contact of the account that nobody has verified yet gets a code. */
export async function verifyContact(ports: Ports, owner: Owner, contactId: string): Promise<Asked> {
  const held = owner.account.contacts.find(({ id, verifiedAt }) => id === contactId && verifiedAt === null);
  return held ? addContact(ports, owner, held) : refused('gone');
}

/** "Send it again": a new code, not sooner than a minute after the last one, which is no longer good. */
export async function sendContactCodeAgain(ports: Ports, owner: Owner, codeId: string): Promise<Asked> {
  const code = await ports.store.codes.find('new-contact', codeId);
  const asked = waitingFor(ports, owner.account.id, code);
  if (!code || !asked) return refused('gone');
  const until = code.expiresAt - NEW_CONTACT_LASTS_MS + RESEND_AFTER_MS;
  if (until > ports.now()) return refused('slow-down', { until });
  return send(ports, owner, asked, codeId);
}

async function send(ports: Ports, owner: Owner, asked: NewContact, before?: string): Promise<Asked> {
  const not = notAllowedNow(ports, owner, 'change-contact');
  if (not) return not;
  const against = againstAdding(owner.account, asked);
  if (against) return refused(against);
  const takes =
    asked.kind === 'email' ? mailTakes(owner, asked) : smsTakes(owner.visitor, owner.account.id, asked.value);
  const wait = await takeOrWait(ports, takes);
  if (wait) return wait;
  return ports.evenly(() =>
    inAct(ports, owner, 'change-contact', async (tx, { account, now }) => {
      const refusal = againstAdding(account, asked);
      if (refusal) return refused(refusal);
      if (before !== undefined) await tx.codes.consume(before, now);
      const codeId = ports.crypto.uuid();
      const code = ports.crypto.digits(SHORT_CODE_DIGITS);
      const holder = asked.kind === 'email' ? await holderOf(tx, account, asked.key) : undefined;
      const opens = ports.crypto.hashCode('new-contact', codeId, holder ? ports.crypto.token() : code);
      await tx.codes.create({
        id: codeId,
        purpose: 'new-contact',
        accountId: account.id,
        journeyId: null,
        contactId: null,
        tokenHash: null,
        codeHash: opens,
        sealed: seal(ports, codeId, asked),
        expiresAt: now + NEW_CONTACT_LASTS_MS,
      });
      if (holder) await tellHolder(tx, holder, asked.key, owner.visitor, now);
      else await tx.outbox.send(codeMessage(account, asked, code, owner.visitor, now));
      await recordSent(tx, account, asked, owner.visitor);
      return { outcome: 'sent', codeId };
    }),
  );
}

/** The same for an address that belongs to somebody: the activity of whoever asked does not tell them apart (ATTACKS A11). */
function recordSent(
  tx: Repositories,
  { id, organizationId }: Account,
  asked: NewContact,
  from: Visitor,
): Promise<void> {
  const about = { accountId: id, organizationId, actor: 'user' } as const;
  return tx.audit.append(
    asked.kind === 'phone'
      ? { ...about, kind: 'sms.sent', details: { for: 'new-contact' } }
      : { ...about, kind: 'contact.code-sent', details: { about: maskContact(asked) } },
    from,
  );
}

function codeMessage(account: Account, asked: NewContact, code: string, visitor: Visitor, now: number): Message {
  const envelope = {
    to: asked.value,
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt: now + NEW_CONTACT_LASTS_MS,
  };
  if (asked.kind === 'phone') return { ...envelope, channel: 'sms', content: { template: 'code', code } };
  const circumstances = { at: now, ip: visitor.ip, userAgent: visitor.userAgent };
  const minutes = NEW_CONTACT_LASTS_MS / 60_000;
  return { ...envelope, channel: 'email', content: { template: 'new-contact', code, minutes, circumstances } };
}

function mailTakes({ account, visitor }: Owner, { key }: NewContact): Take[] {
  return [
    { budget: 'contact-mail-per-account', key: account.id },
    { budget: 'contact-mail-per-address', key },
    ...perNetwork('contact-mail', visitor.ip),
    { budget: 'mail-in-all', key: 'all' },
  ];
}
