import type { Locale, SmsContent } from '../domain/message.ts';
import { formatDateTime } from '../i18n/dates.ts';
import { translator } from '../i18n/translate.ts';
import { septets, toGsm7 } from './gsm7.ts';
import { isFinal } from './letter.ts';
import { HOUSE } from './message-brand.ts';

const ONE_PART = 160;

/**
 * The text of an SMS: one part of the SMS alphabet, never a link (STANDARDS D-24, D-25). A code comes first; the last line binds
 * it to the issuer's host for autofill (B-04): `@host #123456`, without a port. `product`: in whose name, in 20 characters.
 */
export function writeSms(content: SmsContent, locale: Locale, issuer: URL, product = HOUSE.shortName): string {
  const t = translator(locale);
  if (content.template === 'notice') {
    const what = t(`messages:${content.notice}_sms`);
    const when = formatDateTime(locale, content.circumstances.at);
    const text = isFinal(content.notice) ? 'messages:sms_notice_final' : 'messages:sms_notice';
    return toGsm7(t(text, { product, what, when }));
  }
  // Nothing to fill in by itself: it is typed with the other half.
  if (content.template === 'emergency-half')
    return toGsm7(t('messages:sms_emergency-half', { product, code: content.code }));
  if (content.template !== 'code') return toGsm7(t(`messages:sms_${content.template}`, { product }));
  const bound = `@${issuer.hostname} #${content.code}`;
  const whole = toGsm7(`${t('messages:sms_code', { product, code: content.code })}\n\n${bound}`);
  // a very long host name: the words give way, the code and the last line do not
  return (septets(whole) ?? ONE_PART + 1) <= ONE_PART ? whole : toGsm7(`${content.code} ${product}\n${bound}`);
}
