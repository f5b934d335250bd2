import { isMailboxProven, type Journey, type JourneyState } from '../domain/journey.ts';
import type { Locale } from '../domain/message.ts';
import type { Proof } from '../domain/proof.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, Ports, Visitor } from './ports.ts';
import { type PlannedMail, planMail, sendMail, tooManyFrom } from './recovery-mail.ts';
import { RESEND_AFTER_MS } from './send-sms-code.ts';

export interface RecoveryRequest {
  readonly identifier: string;
  readonly organizationId: string;
  readonly locale: Locale;
  /** The application's sign-in that led here, if any: the recovery ends there. */
  readonly interactionUid: string | null;
  readonly clientId: string | null;
  readonly request: Readonly<Record<string, string>> | null;
}

/** A recovery was begun, or written about again. */
export interface RecoverySent {
  readonly outcome: 'sent';
  readonly journey: Journey;
}

/**
 * "Lost credentials?": begins a recovery bound to this browser and mails a link with a short code. The answer is the same
 * in content and time for every name (SPEC T2, ATTACKS A11): a name that nobody has, a suspended account, one without a
 * verified address and one whose cap is full get a decoy that does the same work. Nothing changes on the account. A network that
 * asks too often is refused openly (`slow-down`, with `until`) before anything is done: that says nothing about any account.
 */
export async function beginRecovery(
  ports: Ports,
  visitor: Visitor,
  asked: RecoveryRequest,
  browserHash: Buffer,
): Promise<RecoverySent | Refused<'slow-down'>> {
  const crowded = await tooManyFrom(ports, visitor, asked.identifier);
  if (crowded) return crowded;
  return ports.evenly(async () => {
    const account = await ports.store.accounts.findByIdentifier(asked.identifier);
    const mail = await planMail(ports, visitor, account, asked.identifier);
    return writeFirst(ports, visitor, asked, browserHash, { account, mail });
  });
}

/** What is known of the person before the mailbox is proven. */
interface Beginning {
  /** Undefined: nobody has that name. */
  readonly account: Account | undefined;
  readonly mail: PlannedMail;
  /** What was proven before anything is written; the journey is the account's then, whether it is written to or not. */
  readonly proof?: Proof;
  readonly state?: Pick<JourneyState, 'restoring'>;
}

/** The journey, bound to this browser, and its first e-mail; the same work for a decoy. */
export async function writeFirst(
  ports: Ports,
  visitor: Visitor,
  asked: RecoveryRequest,
  browserHash: Buffer,
  { account, mail, proof, state }: Beginning,
): Promise<RecoverySent> {
  const now = ports.now();
  const policy = account?.policy ?? (await ports.store.accounts.policyFor(asked.organizationId))?.policy;
  const lasts = (policy?.lifetimes.recovery ?? 1_800) * 1000;
  return ports.store.transaction(async (tx) => {
    const journey = await tx.journeys.create(
      {
        id: ports.crypto.uuid(),
        kind: 'recovery',
        goal: null,
        atLeast: null,
        accountId: (proof ? account?.id : mail.account?.id) ?? null,
        organizationId: asked.organizationId,
        policyVersion: account?.policyVersion ?? 0,
        identifier: asked.identifier,
        interactionUid: asked.interactionUid,
        clientId: asked.clientId,
        request: asked.request,
        locale: asked.locale,
        proofs: proof ? [proof] : [],
        state: { challenge: ports.crypto.token(), linkCodeId: mail.codeId, sentAt: now, sends: 1, ...state },
        createdAt: now,
        expiresAt: now + lasts,
      },
      browserHash,
    );
    await sendMail(ports, tx, journey, mail, visitor);
    return { outcome: 'sent', journey };
  });
}

/** "Send it again" on the page that waits: a new link and code; earlier links stay good for their time. */
export async function sendRecoveryMailAgain(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
): Promise<RecoverySent | Refused<'slow-down' | 'not-asked'>> {
  const until = (journey.state.sentAt ?? 0) + RESEND_AFTER_MS;
  if (isMailboxProven(journey)) return refused('not-asked');
  if (until > ports.now()) return refused('slow-down', { until });
  const crowded = await tooManyFrom(ports, visitor, journey.identifier);
  if (crowded) return crowded;
  return ports.evenly(async () => {
    const account = await toWriteTo(ports, journey);
    const mail = await planMail(ports, visitor, account, journey.identifier);
    return ports.store.transaction(async (tx) => {
      const sends = (journey.state.sends ?? 1) + 1;
      const { linkCodeId, earlierCodeId = linkCodeId, ...rest } = journey.state;
      const sent = { ...rest, linkCodeId: mail.codeId, sentAt: ports.now(), sends };
      // A full cap sends nothing, so the code of the last e-mail stays good.
      const state = mail.capped && earlierCodeId ? { ...sent, earlierCodeId } : sent;
      const accountId = mail.capped || journey.proofs.length > 0 ? journey.accountId : (mail.account?.id ?? null);
      const advanced = await tx.journeys.advance(journey, { state, accountId });
      if (!advanced) return refused('not-asked');
      await sendMail(ports, tx, advanced, mail, visitor);
      return { outcome: 'sent', journey: advanced };
    });
  });
}

/** A journey that was begun with a restore code goes on with the account whose code it was; with a wrong one it stays nobody's. */
async function toWriteTo(ports: Ports, journey: Journey): Promise<Account | undefined> {
  const account = await ports.store.accounts.findByIdentifier(journey.identifier);
  if (!journey.state.restoring) return account;
  return account?.id === journey.accountId ? account : undefined;
}
