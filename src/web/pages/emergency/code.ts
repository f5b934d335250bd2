import { z } from 'zod';
import { completeEmergencyCode } from '../../../flows/complete-emergency-code.ts';
import { resetPasswordInstead } from '../../../flows/emergency-access.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { newPasswordPage } from '../new-password/new-password.ts';
import { readOrigin } from '../sign-in/origin.ts';
import { requestPath } from './request-path.ts';
import {
  CODE,
  isAnswer,
  isProven,
  itsTurn,
  linksOf,
  NEW_PASSWORD,
  OVER,
  type Proven,
  START,
  STEP,
  yields,
} from './walk.ts';

/**
 * "Generate an emergency code" or "Reset my password": what decide allows by these proofs, and one of them only (ATTACKS A35). The code is in
 * the answer to the form, and at no address of its own.
 */
const codePage = page(CODE, {
  async get(ctx) {
    const walk = await itsTurn(ctx, CODE);
    if (isAnswer(walk)) return walk;
    return isProven(walk) ? show(ctx, walk) : seeOther(STEP);
  },

  async post(ctx) {
    const walk = await itsTurn(ctx, CODE);
    if (isAnswer(walk)) return walk;
    const { want } = ctx.form(z.object({ want: z.enum(['code', 'password']) }));
    if (want === 'password') {
      await resetPasswordInstead(ctx.ports, ctx.visitor, walk.journey);
      return seeOther(STEP);
    }
    const made = await completeEmergencyCode(ctx.ports, ctx.visitor, walk.journey);
    if (made.outcome === 'refused') return seeOther(STEP);
    ctx.cookies.clear('emergency');
    const locals = {
      code: made.code,
      uses: ctx.t('emergency:uses', { count: made.uses }),
      until: formatDateTime(ctx.locale, made.expiresAt),
      onward: onward(ctx),
    };
    return render('emergency/made', ctx.t('emergency:made_title'), locals, { returnTo: START });
  },
});

const passwordPage = newPasswordPage<Proven>(NEW_PASSWORD, {
  load: async (ctx) => {
    const walk = await itsTurn(ctx, NEW_PASSWORD);
    if (isAnswer(walk)) return walk;
    return isProven(walk) ? walk : seeOther(STEP);
  },
  onward: (ctx, outcome) => {
    if (outcome.outcome === 'advanced') return seeOther(STEP);
    ctx.cookies.clear('emergency');
    return render('emergency/set', ctx.t('emergency:set_title'), { onward: onward(ctx) }, { returnTo: START });
  },
  turn: STEP,
  around: (ctx) => ({ steps: [], before: ctx.t('recovery:new_password_before_factor') }),
});

const overPage = page(OVER, {
  get: (ctx) =>
    render(
      'emergency/over',
      ctx.t('emergency:over_title'),
      { again: ctx.url(START), links: linksOf(ctx) },
      { status: 410, returnTo: START },
    ),
});

export const codePages: readonly Page[] = [codePage, passwordPage, overPage];

function show(ctx: PageContext, walk: Proven): Answer {
  const { code, password } = yields(ctx, walk);
  const { account, verdict } = walk;
  const { uses, lifetime } = account.policy.emergencyCode;
  const locals = {
    username: account.username,
    code,
    password,
    terms: ctx.t('emergency:terms', { count: uses, hours: Math.max(1, Math.round(lifetime / 3_600)) }),
    why:
      verdict.verdict === 'refuse'
        ? verdict.reasons.map((reason) => ctx.t(`recovery:reason_${reason}`)).join(' ')
        : verdict.verdict === 'wait'
          ? ctx.t(`recovery:wait_${verdict.why}`, { when: formatDateTime(ctx.locale, verdict.until) })
          : '',
    ask: requestPath(ctx, account.policy),
    support: ctx.brand.supportHref,
    links: linksOf(ctx),
  };
  const title = ctx.t(code ? 'emergency:ready_title' : 'emergency:closed_title');
  return render('emergency/code', title, locals, { returnTo: CODE, ...(!code && { status: 403 }) });
}

/** Back to the application's request, which asks for a sign-in; without one to the account. */
function onward(ctx: PageContext): string {
  const request = readOrigin(ctx)?.request;
  return request ? ctx.interactions.restartUrl(request) : ctx.url('/account/devices');
}
