import type { SecondFactorKind } from '../../../domain/policy.ts';
import type { ProofRefusal, Refused } from '../../../flows/outcome.ts';
import { formatTime } from '../../../i18n/dates.ts';
import type { TextKey } from '../../../i18n/translate.ts';
import type { PageError, PageSettings } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

type Words = Pick<PageContext, 't' | 'locale' | 'ports'>;

/**
 * "in 30 seconds", "in 8 minutes, at 14:05 (UTC)": until when something is slowed down, never sooner than the truth. `until` in milliseconds.
 */
export function waitWords({ t, locale, ports }: Words, until: number): string {
  const seconds = Math.max(1, Math.ceil((until - ports.now()) / 1000));
  if (seconds <= 90) return t('sign-in:in_seconds', { count: seconds });
  const minutes = Math.ceil(seconds / 60);
  const whole = Math.ceil(until / 60_000) * 60_000;
  return t('sign-in:in_minutes', { count: minutes, time: formatTime(locale, whole) });
}

/** What a refused password is told as: never whether the name or the password was wrong (ATTACKS A11). */
export function passwordRefusalText(words: Words, { reason, until }: Refused): string {
  if (reason === 'slow-down')
    return words.t('sign-in:slow_down', { when: waitWords(words, until ?? words.ports.now()) });
  return words.t(reason === 'wrong-password' ? 'sign-in:wrong_password' : 'sign-in:wrong_credentials');
}

/** What a refused second factor is told as, by the method on the page. `typed`: what stood in the field. */
export function factorRefusalText(words: Words, method: SecondFactorKind, refusal: Refused, typed = ''): string {
  const { reason, until, triesLeft } = refusal;
  if (reason === 'slow-down')
    return words.t('factor:slow_down', { when: waitWords(words, until ?? words.ports.now()) });
  if (reason === 'not-a-code') return words.t(typed.trim() === '' ? 'factor:code_missing' : 'factor:not_a_code');
  if (reason === 'wrong-code' && method === 'sms-code') return words.t('factor:wrong_sms', { count: triesLeft ?? 0 });
  return words.t(FACTOR_TEXTS[reason] ?? FALLBACK[method]);
}

const FACTOR_TEXTS: Partial<Record<ProofRefusal, TextKey>> = {
  'used-code': 'factor:used_code',
  'code-expired': 'factor:code_expired',
  'no-tries-left': 'factor:no_tries_left',
  'passkey-failed': 'factor:passkey_failed',
};

const FALLBACK: Record<SecondFactorKind, TextKey> = {
  totp: 'factor:wrong_code',
  'sms-code': 'factor:code_expired',
  passkey: 'factor:passkey_failed',
};

/** The layout's settings for one thing that went wrong; being slowed down has its own status (RFC 6585, 4). */
export function failing(refusal: Refused, error: PageError): PageSettings {
  return { errors: [error], ...(refusal.reason === 'slow-down' && { status: 429 }) };
}
