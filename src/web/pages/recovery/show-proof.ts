import { maskPhone } from '../../../domain/phone.ts';
import { asksForRestoreCode } from '../../../flows/prove-restore-code.ts';
import { RESEND_AFTER_MS } from '../../../flows/send-sms-code.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { secondFactorPage, WAYS } from '../sign-in/second-factor-page.ts';
import { stepsOf } from './steps.ts';
import { FACTOR, PASSWORD, RESTORE_CODE, SMS, START, STEP, type Walk } from './walk.ts';

/** The password alone (SPEC T5). */
export function showPassword(ctx: PageContext, walk: Walk, settings: PageSettings): Answer {
  const locals = { username: walk.account.username, action: ctx.url(PASSWORD), links: linksOf(ctx, walk) };
  return render('recovery/password', ctx.t('sign-in:title'), locals, around(ctx, walk, PASSWORD, settings));
}

/** The code by SMS (SPEC T6). */
export function showSms(ctx: PageContext, walk: Walk, settings: PageSettings): Answer {
  const { journey, account, next } = walk;
  const { smsCodeId, smsContactId, sentAt = 0 } = journey.state;
  const phone = account.contacts.find((contact) => contact.id === smsContactId);
  const others = next.page === 'second-factor' ? next.others : [];
  const locals = {
    // Without one a cap is full (ATTACKS A23), and the page says so.
    sent: smsCodeId !== undefined,
    number: phone && maskPhone(phone.value),
    seconds: Math.max(0, (sentAt + RESEND_AFTER_MS - ctx.ports.now()) / 1000),
    action: ctx.url(SMS),
    again: ctx.url(`${SMS}/again`),
    method: ctx.url(`${FACTOR}/method`),
    others: others.map((kind) => ({ value: kind, ...WAYS[kind] })),
    links: linksOf(ctx, walk),
  };
  return render('recovery/sms', ctx.t('factor:sms_enter'), locals, around(ctx, walk, SMS, settings));
}

/** A second factor that is still held, as at sign-in. */
export function showFactor(ctx: PageContext, walk: Walk, settings: PageSettings): Answer | Promise<Answer> {
  const { journey, account, next } = walk;
  if (next.page !== 'second-factor') return seeOther(STEP);
  const explain = ctx.t('recovery:factor_explain');
  const page = { journey, account, next, explain, base: FACTOR, path: FACTOR, links: linksOf(ctx, walk) };
  return secondFactorPage(ctx, page, around(ctx, walk, FACTOR, settings));
}

/** "Lost credentials?" and "Contact support", as on the pages of signing in (SPEC T5; WCAG 3.2.6). */
function linksOf(ctx: PageContext, { account, journey }: Walk): { href: string; text: string }[] {
  const restorable = asksForRestoreCode(ctx.ports, account, journey);
  return [
    ...(restorable ? [{ href: ctx.url(RESTORE_CODE), text: ctx.t('recovery:have_restore_code') }] : []),
    { href: ctx.url(START), text: ctx.t('sign-in:lost') },
    { href: ctx.brand.supportHref, text: ctx.t('sign-in:support') },
  ];
}

function around(ctx: PageContext, walk: Walk, path: string, settings: PageSettings): PageSettings {
  return { steps: stepsOf(ctx, walk), returnTo: path, ...settings };
}
