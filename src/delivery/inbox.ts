import type { Driver, EmailDriver, SmsDriver } from './driver.ts';
import type { RenderedEmail, RenderedSms } from './render-message.ts';

/** Where messages go in a demo, instead of out: the inbox page. */
export interface InboxDeliverer {
  /** `id`: the outbox row; the same message twice shows once. */
  deliver(message: RenderedEmail | RenderedSms, id: string): void;
}

/** Drivers that hand everything to the inbox page. */
export function inboxDrivers(inbox: InboxDeliverer): { email: EmailDriver; sms: SmsDriver } {
  const driver: Driver<RenderedEmail | RenderedSms> = {
    async send(message, id) {
      inbox.deliver(message, id);
      return { outcome: 'sent' };
    },
    async check() {},
    close: () => {},
  };
  return { email: driver, sms: driver };
}
