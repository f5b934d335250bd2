import type { Journey, JourneyState } from '../domain/journey.ts';
import { SHORT_CODE_DIGITS } from '../domain/one-time-code.ts';
import type { Verdict } from '../domain/verdict.ts';
import { factorsOffered, nextPage } from './next.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Account, Contact, Ports, Repositories, Visitor } from './ports.ts';
import { smsTakes } from './sms-takes.ts';
import { verdictOn } from './standing.ts';

/** "Send it again" may be pressed so long after the last message. */
export const RESEND_AFTER_MS = 60_000;

export interface PlannedSms {
  readonly codeId: string;
  readonly code: string;
  readonly contact: Contact;
  readonly expiresAt: number;
  readonly state: Partial<JourneyState>;
}

/**
 * Plans a code when the next page is the one that asks for it and none is on its way. Only to a verified number of the
 * account, and only after what the policy asks before it (D-20). Undefined when none is due or a cap is full: the page
 * then says when to try again, and no step is skipped.
 */
export async function planSms(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  account: Account,
  verdict: Verdict,
  again = false,
): Promise<PlannedSms | undefined> {
  const next = nextPage(journey, account, verdict);
  if (next.page !== 'second-factor' || next.shown !== 'sms-code') return undefined;
  const now = ports.now();
  if (journey.state.smsCodeId && !again) return undefined;
  // Nothing is sent before somebody has chosen where to (SPEC M2).
  if (journey.kind === 'emergency' && journey.state.way !== 'sms-code') return undefined;
  const contact = phoneOf(account, journey, now);
  if (!contact || !(await ports.limits.take(smsTakes(visitor, account.id, contact.value)))) return undefined;
  const codeId = ports.crypto.uuid();
  return {
    codeId,
    code: ports.crypto.digits(SHORT_CODE_DIGITS),
    contact,
    expiresAt: now + account.policy.lifetimes.smsCode * 1000,
    state: { smsCodeId: codeId, smsContactId: contact.id, sentAt: now, sends: (journey.state.sends ?? 0) + 1 },
  };
}

/** Stores the code as a keyed hash and queues the message, inside the transaction of the step. */
export async function sendPlanned(
  ports: Ports,
  tx: Repositories,
  account: Account,
  journey: Journey,
  sms: PlannedSms,
  visitor: Visitor,
): Promise<void> {
  await tx.codes.create({
    id: sms.codeId,
    purpose: 'sms',
    accountId: account.id,
    journeyId: journey.id,
    contactId: sms.contact.id,
    tokenHash: null,
    codeHash: ports.crypto.hashCode('sms', sms.codeId, sms.code),
    expiresAt: sms.expiresAt,
  });
  await tx.outbox.send({
    channel: 'sms',
    to: sms.contact.value,
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt: sms.expiresAt,
    content: { template: 'code', code: sms.code },
  });
  await tx.audit.append(
    {
      kind: 'sms.sent',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { journey: journey.id, during: journey.kind },
    },
    visitor,
  );
}

/** "Send it again": a new code to the same number, not sooner than a minute after the last one. */
export async function sendSmsAgain(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
): Promise<Advanced | Refused<'not-asked' | 'slow-down'>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account) return refused('not-asked');
  const until = (journey.state.sentAt ?? 0) + RESEND_AFTER_MS;
  if (until > ports.now()) return refused('slow-down', { until });

  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'ask' || !factorsOffered(journey, account, verdict.options).includes('sms-code'))
    return refused('not-asked');
  const sms = await planSms(ports, visitor, journey, account, verdict, true);
  if (!sms) return refused('slow-down', { until: ports.now() + 10 * RESEND_AFTER_MS });

  return ports.store.transaction(async (tx) => {
    const { smsWaits: _, ...state } = journey.state;
    const advanced = await tx.journeys.advance(journey, { state: { ...state, ...sms.state } });
    if (!advanced) return refused('not-asked');
    await sendPlanned(ports, tx, account, journey, sms, visitor);
    return { outcome: 'advanced', journey: advanced, account, verdict };
  });
}

/** The number that the code goes to; in a recovery one that counts there already, never one that was changed lately. */
function phoneOf(account: Account, journey: Journey, now: number): Contact | undefined {
  const phones = account.contacts.filter(
    (contact) =>
      contact.kind === 'phone' &&
      contact.verifiedAt !== null &&
      (journey.kind === 'recovery' || journey.kind === 'emergency'
        ? contact.countsFrom <= now
        : contact.offAt === null),
  );
  return phones.find((phone) => phone.primary) ?? phones[0];
}
