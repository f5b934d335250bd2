import type { Config } from '../config/config.ts';
import type { Driver, EmailDriver, SmsDriver } from './driver.ts';
import { type InboxDeliverer, inboxDrivers } from './inbox.ts';
import { smtpDriver } from './mail.ts';
import type { RenderedEmail, RenderedSms } from './render-message.ts';
import { httpSmsDriver } from './sms.ts';

/**
 * The ways out that the configuration opens: SMTP_URL and SMS_URL where they are set, else the inbox page where there is one.
 * A way that is closed refuses what comes to it, naming the variable: nothing is skipped without a word (DESIGN rule 10).
 */
export function driversFor(
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'smsUrl' | 'smsSecret'>,
  inbox?: InboxDeliverer,
): { email: EmailDriver; sms: SmsDriver } {
  const other = inbox ? inboxDrivers(inbox) : { email: closed('SMTP_URL'), sms: closed('SMS_URL') };
  return {
    email: config.smtpUrl === undefined ? other.email : smtpDriver(config.smtpUrl, config.mailFrom),
    sms: config.smsUrl === undefined ? other.sms : httpSmsDriver(config.smsUrl, config.smsSecret),
  };
}

function closed(variable: string): Driver<RenderedEmail | RenderedSms> {
  const reason = `${variable} is not set`;
  return {
    send: async () => ({ outcome: 'refused', reason }),
    check: async () => {
      throw new Error(reason);
    },
    close: () => {},
  };
}
