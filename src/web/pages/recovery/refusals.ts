import type { Refused } from '../../../flows/outcome.ts';
import type { PageSettings } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { failing, waitWords } from '../sign-in/refusal-text.ts';

/** What a refused short code of the e-mail is told as. The link goes on working, whatever was typed. */
export function emailCodeRefused(ctx: PageContext, refusal: Refused, typed: string): PageSettings {
  return failing(refusal, { field: 'code', text: emailCodeText(ctx, refusal, typed) });
}

function emailCodeText(ctx: PageContext, refusal: Refused, typed: string): string {
  const { reason, triesLeft } = refusal;
  if (reason === 'slow-down') return slowDown(ctx, refusal);
  if (reason === 'not-a-code') return ctx.t(typed.trim() === '' ? 'factor:code_missing' : 'factor:not_a_code');
  if (reason === 'wrong-code') return ctx.t('recovery:wrong_email_code', { count: triesLeft ?? 0 });
  return ctx.t(reason === 'no-tries-left' ? 'recovery:email_code_spent' : 'recovery:email_code_over');
}

/** A refused password, on a recovery: "Lost credentials?" is no advice here. */
export function passwordRefused(ctx: PageContext, refusal: Refused): PageSettings {
  const text = refusal.reason === 'slow-down' ? slowDown(ctx, refusal) : ctx.t('recovery:wrong_password');
  return failing(refusal, { field: 'password', text });
}

/** "Send it again" was pressed too early, or too many asked from this network. */
export function againRefused(ctx: PageContext, refusal: Refused<string>): PageSettings {
  return notBefore(ctx, refusal, 'recovery:again_slow');
}

/** Too many recoveries were asked for from this network, by whatever names: said openly, with a time. */
export function networkRefused(ctx: PageContext, refusal: Refused<'slow-down'>): PageSettings {
  return notBefore(ctx, refusal, 'recovery:network_slow');
}

/** Too many tries under one name, or from one network: the same for every name. */
export function triesRefused(ctx: PageContext, refusal: Refused<string>): PageSettings {
  return notBefore(ctx, refusal, 'recovery:slow_down');
}

function notBefore(
  ctx: PageContext,
  { until = ctx.ports.now() }: Refused<string>,
  key: 'recovery:again_slow' | 'recovery:network_slow' | 'recovery:slow_down',
): PageSettings {
  const retryAfter = Math.max(1, Math.ceil((until - ctx.ports.now()) / 1000));
  return { status: 429, retryAfter, errors: [{ text: ctx.t(key, { when: waitWords(ctx, until) }) }] };
}

function slowDown(ctx: PageContext, { until }: Refused): string {
  return ctx.t('recovery:slow_down', { when: waitWords(ctx, until ?? ctx.ports.now()) });
}
