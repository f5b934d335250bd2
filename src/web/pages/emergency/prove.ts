import { z } from 'zod';
import { maskEmail } from '../../../domain/email-address.ts';
import { maskPhone } from '../../../domain/phone.ts';
import { chooseEmergencyWay } from '../../../flows/emergency-access.ts';
import { proveEmergencyMail } from '../../../flows/emergency-mail.ts';
import type { Refused } from '../../../flows/outcome.ts';
import { provePassword } from '../../../flows/prove-password.ts';
import { proveSmsCode } from '../../../flows/prove-sms-code.ts';
import { sendEmergencyMailAgain } from '../../../flows/send-emergency-mail-again.ts';
import { RESEND_AFTER_MS, sendSmsAgain } from '../../../flows/send-sms-code.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { againRefused, passwordRefused } from '../recovery/refusals.ts';
import { factorRefusalText, failing, waitWords } from '../sign-in/refusal-text.ts';
import { requestPath } from './request-path.ts';
import {
  addressOf,
  EMAIL,
  type EmergencyWalk,
  emergencyHere,
  isAnswer,
  isProven,
  itsTurn,
  linksOf,
  PASSWORD,
  type Proven,
  SMS,
  STEP,
  WAY,
} from './walk.ts';

const codeForm = z.object({ code: field() });

/** "By e-mail" or "by SMS": masked, and only what `decide` asks for now. Nothing was sent yet. */
const wayPage = page(WAY, {
  get: (ctx) => shown(ctx, WAY, showWay),
  post: (ctx) =>
    shown(ctx, WAY, async (_, walk) => {
      const { way } = ctx.form(z.object({ way: z.enum(['sms-code', 'email-code']) }));
      const outcome = await chooseEmergencyWay(ctx.ports, ctx.visitor, walk.journey, way);
      if (outcome.outcome === 'refused' && outcome.reason === 'slow-down')
        return showWay(ctx, walk, againRefused(ctx, outcome));
      const notSent = outcome.outcome === 'advanced' && way === 'sms-code' && !outcome.journey.state.smsCodeId;
      if (notSent)
        return showWay(
          ctx,
          { ...walk, journey: outcome.journey },
          { errors: [{ text: ctx.t('factor:sms_not_sent') }] },
        );
      return seeOther(STEP);
    }),
});

const smsPage = page(SMS, {
  get: (ctx) => shown(ctx, SMS, showSms),
  post: (ctx) =>
    shown(ctx, SMS, async (_, walk) => {
      const { code } = ctx.form(codeForm);
      const outcome = await proveSmsCode(ctx.ports, ctx.visitor, walk.journey, code);
      if (outcome.outcome === 'advanced' || outcome.reason === 'not-asked') return seeOther(STEP);
      const text = factorRefusalText(ctx, 'sms-code', outcome, code);
      return showSms(ctx, walk, failing(outcome, { field: 'code', text }));
    }),
});

const smsAgain = page(`${SMS}/again`, {
  get: () => seeOther(STEP),
  post: (ctx) =>
    shown(ctx, SMS, async (_, walk) => {
      const outcome = await sendSmsAgain(ctx.ports, ctx.visitor, walk.journey);
      if (outcome.outcome === 'advanced' || outcome.reason === 'not-asked') return seeOther(STEP);
      return showSms(ctx, walk, againRefused(ctx, outcome));
    }),
});

/** The code by e-mail. Before a first proof it knows nothing of the account, and says the same for every name (ATTACKS A11). */
const emailPage = page(EMAIL, {
  get: (ctx) => turn(ctx, EMAIL, (walk) => showEmail(ctx, walk)),
  post: (ctx) =>
    turn(ctx, EMAIL, async (walk) => {
      const { code } = ctx.form(codeForm);
      const secret = ctx.cookies.prepare('emergency');
      const outcome = await proveEmergencyMail(ctx.ports, ctx.visitor, walk.journey, code, secret.hash);
      if (outcome.outcome === 'advanced') {
        secret.give();
        return seeOther(STEP);
      }
      return outcome.reason === 'not-asked' ? seeOther(STEP) : showEmail(ctx, walk, mailRefused(ctx, outcome, code));
    }),
});

const emailAgain = page(`${EMAIL}/again`, {
  get: () => seeOther(STEP),
  post: (ctx) =>
    turn(ctx, EMAIL, async (walk) => {
      const outcome = await sendEmergencyMailAgain(ctx.ports, ctx.visitor, walk.journey);
      if (outcome.outcome === 'sent' || outcome.reason === 'not-asked') return seeOther(STEP);
      return showEmail(ctx, walk, againRefused(ctx, { ...outcome, reason: outcome.reason }));
    }),
});

const passwordPage = page(PASSWORD, {
  get: (ctx) => shown(ctx, PASSWORD, showPassword),
  post: (ctx) =>
    shown(ctx, PASSWORD, async (_, walk) => {
      const { password } = ctx.form(z.object({ password: field() }));
      if (password === '')
        return showPassword(ctx, walk, { errors: [{ field: 'password', text: ctx.t('sign-in:password_missing') }] });
      const outcome = await provePassword(ctx.ports, ctx.visitor, walk.journey, password);
      if (outcome.outcome === 'advanced' || outcome.reason === 'not-asked') return seeOther(STEP);
      return showPassword(ctx, walk, passwordRefused(ctx, outcome));
    }),
});

const stepPage = page(STEP, {
  async get(ctx) {
    const walk = await emergencyHere(ctx);
    return isAnswer(walk) ? walk : seeOther(addressOf(walk));
  },
});

export const provePages: readonly Page[] = [wayPage, smsPage, smsAgain, emailPage, emailAgain, passwordPage, stepPage];

async function turn(
  ctx: PageContext,
  path: string,
  show: (walk: EmergencyWalk) => Answer | Promise<Answer>,
): Promise<Answer> {
  const walk = await itsTurn(ctx, path);
  return isAnswer(walk) ? walk : show(walk);
}

function shown(
  ctx: PageContext,
  path: string,
  show: (ctx: PageContext, walk: Proven) => Answer | Promise<Answer>,
): Promise<Answer> {
  return turn(ctx, path, (walk) => (isProven(walk) ? show(ctx, walk) : seeOther(STEP)));
}

/** Where codes may go; the number and address are shown in part, to somebody who has given a first proof. */
function showWay(ctx: PageContext, walk: Proven, settings: PageSettings = {}): Answer {
  const { account, verdict } = walk;
  const options = verdict.verdict === 'ask' ? verdict.options : [];
  const now = ctx.ports.now();
  const reach = (kind: 'email' | 'phone') => {
    const held = account.contacts.filter(
      (one) => one.kind === kind && one.verifiedAt !== null && one.countsFrom <= now,
    );
    return (held.find(({ primary }) => primary) ?? held[0])?.value ?? '';
  };
  const ways = [
    ...(options.includes('email-code')
      ? [{ way: 'email-code', icon: 'mail', text: ctx.t('emergency:by_email'), hint: maskEmail(reach('email')) }]
      : []),
    ...(options.includes('sms-code')
      ? [
          {
            way: 'sms-code',
            icon: 'message-square-text',
            text: ctx.t('emergency:by_sms'),
            hint: maskPhone(reach('phone')),
          },
        ]
      : []),
  ];
  const locals = { ask: requestPath(ctx, account.policy), username: account.username, ways, links: linksOf(ctx) };
  return render('emergency/way', ctx.t('emergency:way_title'), locals, { returnTo: WAY, ...settings });
}

function showSms(ctx: PageContext, { journey, account }: Proven, settings: PageSettings = {}): Answer {
  const { smsContactId, sentAt = 0 } = journey.state;
  const phone = account.contacts.find(({ id }) => id === smsContactId);
  const locals = {
    sent: true,
    number: phone && maskPhone(phone.value),
    seconds: Math.max(0, Math.ceil((sentAt + RESEND_AFTER_MS - ctx.ports.now()) / 1000)),
    action: ctx.url(SMS),
    again: ctx.url(`${SMS}/again`),
    method: '',
    others: [],
    links: linksOf(ctx),
  };
  return render('recovery/sms', ctx.t('factor:sms_enter'), locals, { returnTo: SMS, ...settings });
}

function showEmail(ctx: PageContext, { journey }: EmergencyWalk, settings: PageSettings = {}): Answer {
  const { sentAt = 0, sends = 1 } = journey.state;
  const locals = {
    identifier: journey.identifier,
    known: journey.proofs.length > 0,
    sends,
    seconds: Math.max(0, Math.ceil((sentAt + RESEND_AFTER_MS - ctx.ports.now()) / 1000)),
    action: ctx.url(EMAIL),
    again: ctx.url(`${EMAIL}/again`),
    links: linksOf(ctx),
  };
  return render('emergency/email', ctx.t('emergency:email_title'), locals, { returnTo: EMAIL, ...settings });
}

/** What a refused short code of the e-mail is told as: there is no link in it that would still work. */
function mailRefused(ctx: PageContext, refusal: Refused, typed: string): PageSettings {
  const { reason, until, triesLeft } = refusal;
  const text = () => {
    if (reason === 'slow-down') return ctx.t('factor:slow_down', { when: waitWords(ctx, until ?? ctx.ports.now()) });
    if (reason === 'not-a-code') return ctx.t(typed.trim() === '' ? 'factor:code_missing' : 'factor:not_a_code');
    if (reason === 'wrong-code') return ctx.t('emergency:wrong_email_code', { count: triesLeft ?? 0 });
    return ctx.t('emergency:email_code_over');
  };
  return failing(refusal, { field: 'code', text: text() });
}

function showPassword(ctx: PageContext, { account }: Proven, settings: PageSettings = {}): Answer {
  const locals = { username: account.username, action: ctx.url(PASSWORD), links: linksOf(ctx) };
  return render('recovery/password', ctx.t('sign-in:title'), locals, { returnTo: PASSWORD, ...settings });
}
