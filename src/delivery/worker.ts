import type { Logger } from 'pino';
import type { Message } from '../domain/message.ts';
import type { OutboxRecords } from '../flows/ports/jobs.ts';
import type { Organizations } from '../flows/ports/provider.ts';
import type { AuditLog } from '../flows/ports.ts';
import { type EmailDriver, type Handover, type SmsDriver, TemporaryFailure } from './driver.ts';
import { brandOf } from './message-brand.ts';
import { renderMessage } from './render-message.ts';

export interface DeliveryPorts {
  readonly outbox: OutboxRecords;
  readonly audit: AuditLog;
  readonly organizations: Organizations;
  readonly email: EmailDriver;
  readonly sms: SmsDriver;
  readonly issuer: URL;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Makes the handler of outbox jobs. `deliver(id)` sends the message of that row, at least once (after a crash perhaps twice,
 * with the same id). It throws when another try may do, so that the job comes back with growing delays; what is refused for
 * good, or worth nothing any more because its time is over (STANDARDS D-10), is marked so and audited.
 */
export function createDeliver(ports: DeliveryPorts): (outboxId: string) => Promise<void> {
  return async (outboxId) => {
    const message = await ports.outbox.open(outboxId);
    if (!message) return;
    if (message.to === '') {
      // a decoy: it was queued so that an unknown account costs what a known one does (A11), and ends here without a trace
      await ports.outbox.markSent(outboxId, ports.now());
      return;
    }
    if (message.expiresAt <= ports.now()) {
      await giveUp(ports, outboxId, message, 'expired');
      return;
    }
    const handover = await tryToSend(ports, outboxId, message);
    if (handover.outcome === 'refused') {
      await giveUp(ports, outboxId, message, handover.reason);
      return;
    }
    await ports.outbox.markSent(outboxId, ports.now());
    ports.log.info({ outboxId, channel: message.channel, template: message.content.template }, 'message sent');
  };
}

async function tryToSend(ports: DeliveryPorts, outboxId: string, message: Message): Promise<Handover> {
  try {
    const brand = await brandOf(ports.organizations, message.organizationId);
    const rendered = renderMessage(message, ports.issuer, brand);
    return rendered.channel === 'email'
      ? await ports.email.send(rendered, outboxId)
      : await ports.sms.send(rendered, outboxId);
  } catch (error) {
    const ours = error instanceof TemporaryFailure;
    const reason = ours ? error.message : 'could not be written';
    await ports.outbox.markFailed(outboxId, reason, false);
    const line = { outboxId, channel: message.channel, reason, ...(!ours && { err: error }) };
    ports.log.warn(line, 'message not sent, it will be tried again');
    // what is thrown from here is kept with the job: only our own words, which hold no address and no code
    throw ours ? error : new TemporaryFailure(reason);
  }
}

/** The audit row comes first: after a crash in between it stands twice rather than not at all. */
async function giveUp(ports: DeliveryPorts, outboxId: string, message: Message, reason: string): Promise<void> {
  const { accountId, organizationId, channel, content } = message;
  const details = { channel, template: content.template, reason };
  await ports.audit.append({ kind: 'message.failed', actor: 'system', accountId, organizationId, details });
  await ports.outbox.markFailed(outboxId, reason, true);
  ports.log.warn({ outboxId, channel, reason }, 'message given up');
}
