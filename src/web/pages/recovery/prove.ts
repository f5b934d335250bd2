import { z } from 'zod';
import { maskPhone } from '../../../domain/phone.ts';
import type { SecondFactorKind } from '../../../domain/policy.ts';
import { chooseMethod } from '../../../flows/choose-method.ts';
import { factorsOffered, nextPage } from '../../../flows/next.ts';
import type { ProofOutcome } from '../../../flows/outcome.ts';
import { passkeysOf, provePasskey } from '../../../flows/prove-passkey.ts';
import { provePassword } from '../../../flows/prove-password.ts';
import { proveSmsCode } from '../../../flows/prove-sms-code.ts';
import { proveTotp } from '../../../flows/prove-totp.ts';
import { RESEND_AFTER_MS, sendSmsAgain } from '../../../flows/send-sms-code.ts';
import { formatTime } from '../../../i18n/dates.ts';
import { type Answer, type PageError, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { readResponse } from '../new-factor/response.ts';
import { codeError } from './errors.ts';
import { addressOf, around, isAnswer, STEP, type Walk, walkHere } from './walk.ts';

const PASSWORD = '/lost-credentials/password';
const SMS = '/lost-credentials/sms';
const FACTOR = '/lost-credentials/second-factor';

/** The password (SPEC T5). */
const passwordPage = proofPage(PASSWORD, showPassword, async (ctx, walk) => {
  const { password } = ctx.form(z.object({ password: field() }));
  if (password === '') return { field: 'password', text: ctx.t('sign-in:password_missing') };
  return tried(ctx, await provePassword(ctx.ports, ctx.visitor, walk.journey, password), 'password');
});

/** The code by SMS (SPEC T6). */
const smsPage = proofPage(SMS, showSms, async (ctx, walk) => {
  const { code } = ctx.form(z.object({ code: field(200) }));
  if (code.trim() === '') return { field: 'code', text: ctx.t('factor:code_missing') };
  return tried(ctx, await proveSmsCode(ctx.ports, ctx.visitor, walk.journey, code), 'sms');
});

const smsAgainPage = proofPage(`${SMS}/again`, showSms, async (ctx, walk) =>
  tried(ctx, await sendSmsAgain(ctx.ports, ctx.visitor, walk.journey), 'again'),
);

/** A second factor that is still held: authenticator app or passkey. */
const factorPage = proofPage(FACTOR, showFactor, async (ctx, walk) => {
  const { code } = ctx.form(z.object({ code: field(200) }));
  if (code.trim() === '') return { field: 'code', text: ctx.t('factor:code_missing') };
  return tried(ctx, await proveTotp(ctx.ports, ctx.visitor, walk.journey, code), 'totp');
});

const passkeyPage = proofPage(`${FACTOR}/passkey`, showFactor, async (ctx, walk) => {
  const { response } = ctx.form(z.object({ response: field(20_000) }));
  return tried(ctx, await provePasskey(ctx.ports, ctx.visitor, walk.journey, readResponse(response)), 'passkey');
});

const methodPage = proofPage(`${FACTOR}/method`, showFactor, async (ctx, walk) => {
  const { method } = ctx.form(z.object({ method: z.enum(['totp', 'passkey', 'sms-code']) }));
  return tried(ctx, await chooseMethod(ctx.ports, ctx.visitor, walk.journey, method), 'again');
});

export const provePages: readonly Page[] = [passwordPage, smsPage, smsAgainPage, factorPage, passkeyPage, methodPage];

/** Where it went on to, or what to say on the page. */
type Tried = { readonly onward: string } | PageError;

/**
 * A page that takes one proof at `path`. It shows itself only when it is its turn; a form that comes out of turn is refused by
 * the flow and led to the page whose turn it is (ATTACKS A1).
 */
function proofPage(
  path: string,
  show: (ctx: PageContext, walk: Walk, errors: readonly PageError[]) => Promise<Answer> | Answer,
  take: (ctx: PageContext, walk: Walk) => Promise<Tried>,
): Page {
  return page(path, {
    async get(ctx) {
      const walk = await walkHere(ctx);
      if (isAnswer(walk)) return walk;
      const turn = addressOf(walk.next);
      return turn === path ? show(ctx, walk, []) : seeOther(turn);
    },
    async post(ctx) {
      const walk = await walkHere(ctx);
      if (isAnswer(walk)) return walk;
      const outcome = await take(ctx, walk);
      return 'onward' in outcome ? seeOther(outcome.onward) : show(ctx, walk, [outcome]);
    },
  });
}

function tried(ctx: PageContext, outcome: ProofOutcome, way: Parameters<typeof codeError>[2]): Tried {
  if (outcome.outcome === 'advanced') {
    return { onward: addressOf(nextPage(outcome.journey, outcome.account, outcome.verdict)) };
  }
  // Out of turn, or another tab was faster: to whatever is asked now.
  return outcome.reason === 'not-asked' ? { onward: STEP } : codeError(ctx, outcome, way);
}

function showPassword(ctx: PageContext, walk: Walk, errors: readonly PageError[]): Answer {
  const locals = {
    username: walk.account.username,
    lost: ctx.url('/lost-credentials'),
    support: ctx.brand.supportHref,
  };
  return render('recovery/password', ctx.t('sign-in:title'), locals, around(ctx, walk, { errors }));
}

function showSms(ctx: PageContext, walk: Walk, errors: readonly PageError[]): Answer {
  const { journey, account } = walk;
  const phone = account.contacts.find((contact) => contact.id === journey.state.smsContactId);
  const againAt = (journey.state.sentAt ?? 0) + RESEND_AFTER_MS;
  return render(
    'recovery/sms',
    ctx.t('factor:sms_enter'),
    {
      // No code on its way: a cap is full (A23), and the page says so.
      number: phone && journey.state.smsCodeId ? maskPhone(phone.value).replace(/^\D+/, '') : undefined,
      seconds: Math.max(0, (againAt - ctx.ports.now()) / 1000),
      until: formatTime(ctx.locale, againAt),
      action: ctx.url(SMS),
      again: ctx.url(`${SMS}/again`),
      others: othersOf(walk),
      method: ctx.url(`${FACTOR}/method`),
      lost: ctx.url('/lost-credentials'),
      support: ctx.brand.supportHref,
    },
    around(ctx, walk, { errors }),
  );
}

async function showFactor(ctx: PageContext, walk: Walk, errors: readonly PageError[]): Promise<Answer> {
  const { journey, account, next } = walk;
  const shown = next.page === 'second-factor' ? next.shown : 'totp';
  const locals = {
    shown,
    others: othersOf(walk),
    action: ctx.url(FACTOR),
    passkey: ctx.url(`${FACTOR}/passkey`),
    method: ctx.url(`${FACTOR}/method`),
    options:
      shown === 'passkey'
        ? await ctx.ports.passkeys.authenticationOptions({
            challenge: journey.state.challenge,
            allow: passkeysOf(account),
          })
        : undefined,
    lost: ctx.url('/lost-credentials'),
    support: ctx.brand.supportHref,
  };
  return render(
    'recovery/second-factor',
    ctx.t('factor:title'),
    locals,
    around(ctx, walk, { errors, passkey: shown === 'passkey' }),
  );
}

function othersOf({ journey, account, verdict, next }: Walk): SecondFactorKind[] {
  if (verdict.verdict !== 'ask' || next.page !== 'second-factor') return [];
  return factorsOffered(journey, account, verdict.options).filter((kind) => kind !== next.shown);
}
