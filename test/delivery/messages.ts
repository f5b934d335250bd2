import type { Circumstances, EmailContent, Locale, Message, SmsContent } from '../../src/domain/message.ts';
import { isTold, NOTICE_KINDS, type ToldKind } from '../../src/domain/notice.ts';

export const ISSUER = new URL('https://id.example.org');
export const AT = Date.UTC(2026, 10, 22, 14, 5);
export const NOTICES: readonly ToldKind[] = NOTICE_KINDS.filter(isTold);
export const LINK = 'https://id.example.org/recovery/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4?a=1&b=2';

export const circumstances: Circumstances = {
  at: AT,
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

export const recoveryLink = (
  more: Partial<Extract<EmailContent, { template: 'recovery-link' }>> = {},
): EmailContent => ({
  template: 'recovery-link',
  link: LINK,
  code: '123456',
  minutes: 5,
  username: 'alice',
  circumstances,
  ...more,
});

const envelope = { accountId: 'account', organizationId: 'organization', expiresAt: AT + 300_000 };

export const email = (content: EmailContent, locale: Locale = 'en', to = 'alice@example.org'): Message => ({
  ...envelope,
  channel: 'email',
  to,
  locale,
  content,
});

export const sms = (content: SmsContent, locale: Locale = 'en', to = '+41791234567'): Message => ({
  ...envelope,
  channel: 'sms',
  to,
  locale,
  content,
});
