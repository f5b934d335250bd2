import type { ProofRefusal, Refused } from '../../../flows/outcome.ts';
import type { PageError } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { waitWords } from '../sign-in/refusal-text.ts';

type Way = 'email' | 'sms' | 'totp' | 'passkey' | 'password' | 'again';

/** What went wrong with a proof, and what to do, in words. `way`: what was typed. */
export function codeError(ctx: PageContext, refusal: Refused<ProofRefusal>, way: Way): PageError {
  const { t } = ctx;
  const field =
    way === 'password' ? { field: 'password' } : way === 'passkey' || way === 'again' ? {} : { field: 'code' };
  switch (refusal.reason) {
    case 'slow-down':
      return {
        ...field,
        text: t(way === 'again' ? 'recovery:again_slow' : 'recovery:slow_down', {
          when: waitWords(ctx, refusal.until ?? ctx.ports.now()),
        }),
      };
    case 'not-a-code':
      return { ...field, text: t('factor:not_a_code') };
    case 'code-expired':
      return { ...field, text: t(way === 'email' ? 'recovery:email_code_over' : 'factor:code_expired') };
    case 'no-tries-left':
      return { ...field, text: t(way === 'email' ? 'recovery:email_code_spent' : 'factor:no_tries_left') };
    case 'used-code':
      return { ...field, text: t('factor:used_code') };
    case 'passkey-failed':
      return { text: t('factor:passkey_failed') };
    case 'wrong-password':
    case 'wrong-credentials':
      return { ...field, text: t('recovery:wrong_password') };
    case 'wrong-code':
      if (way === 'totp') return { ...field, text: t('factor:wrong_code') };
      return {
        ...field,
        text: t(way === 'email' ? 'recovery:wrong_email_code' : 'factor:wrong_sms', { count: refusal.triesLeft ?? 0 }),
      };
    case 'account-suspended':
    case 'other-organization':
    case 'not-asked':
      return { text: t('recovery:over_text') };
  }
}
