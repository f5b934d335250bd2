import { isMailboxProven, type Journey } from '../domain/journey.ts';
import { mailEmergencyCode } from './emergency-mail.ts';
import { type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';
import { planMail, tooManyFrom } from './recovery-mail.ts';
import { RESEND_AFTER_MS } from './send-sms-code.ts';

/**
 * "Send it again" on the page that waits for the e-mail of an emergency access: a new code, not sooner than a minute after the last one. Before a
 * first proof it is the same in content and time for every name (ATTACKS A11): a full cap sends nothing, says nothing of it and leaves the code of the
 * last e-mail good. After one the person is told (`slow-down`, with `until`).
 */
export async function sendEmergencyMailAgain(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
): Promise<{ readonly outcome: 'sent' } | Refused<'slow-down' | 'not-asked'>> {
  const { linkCodeId, way, sentAt = 0, sends = 1 } = journey.state;
  if (journey.kind !== 'emergency' || way !== 'email-code' || !linkCodeId) return refused('not-asked');
  if (isMailboxProven(journey)) return refused('not-asked');
  const until = sentAt + RESEND_AFTER_MS;
  if (until > ports.now()) return refused('slow-down', { until });
  const crowded = await tooManyFrom(ports, visitor, journey.identifier);
  if (crowded) return crowded;
  const isKnown = journey.proofs.length > 0 && journey.accountId !== null;
  return ports.evenly(async () => {
    const { accounts } = ports.store;
    const account = isKnown
      ? await accounts.load(journey.accountId ?? '')
      : await accounts.findByIdentifier(journey.identifier);
    const mail = await planMail(ports, visitor, account, journey.identifier);
    if (isKnown && !mail.account) return refused('slow-down', { until: ports.now() + 10 * RESEND_AFTER_MS });
    return ports.store.transaction(async (tx) => {
      const sent = { sentAt: ports.now(), sends: sends + 1, linkCodeId: mail.capped ? linkCodeId : mail.codeId };
      const accountId = mail.capped || isKnown ? journey.accountId : (mail.account?.id ?? null);
      const advanced = await tx.journeys.advance(journey, { state: { ...journey.state, ...sent }, accountId });
      if (!advanced) return refused('not-asked');
      await mailEmergencyCode(ports, tx, advanced, mail, visitor);
      return { outcome: 'sent' };
    });
  });
}
