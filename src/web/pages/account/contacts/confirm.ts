import { z } from 'zod';
import { mayAct, type NotAllowed, type Owner } from '../../../../flows/account/act.ts';
import { sendContactCodeAgain } from '../../../../flows/account/add-contact.ts';
import { type CodeRefusal, confirmContact } from '../../../../flows/account/confirm-contact.ts';
import type { Refused } from '../../../../flows/outcome.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { Page, PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';
import { CONFIRM, confirmPath } from './paths.ts';
import { tooOften } from './refusals.ts';
import { over, show, type Waiting, waitingHere } from './waiting.ts';

const form = z.object({ code: field() });

const confirmPage = consolePage(CONFIRM, {
  section: 'account',
  async get(ctx, owner) {
    const waiting = await waitingHere(ctx, owner);
    if (!waiting) return over(ctx);
    // Shown for as long as it may be sent in: the form before it has been shown on a fresh sign-in.
    const verdict = mayAct(ctx.ports, owner, 'change-contact');
    if (verdict.verdict !== 'allow') return notAllowedHere(ctx, owner, waiting, { outcome: 'not-allowed', verdict });
    return show(ctx, owner, waiting);
  },

  async post(ctx, owner) {
    const typed = ctx.form(form).code;
    const waiting = await waitingHere(ctx, owner);
    if (!waiting) return over(ctx);
    const outcome = await confirmContact(ctx.ports, owner, waiting.code.id, typed);
    switch (outcome.outcome) {
      case 'confirmed': {
        const { kind, value } = outcome.contact;
        const rests = outcome.countsFrom > ctx.ports.now();
        const when = formatDateTime(ctx.locale, outcome.countsFrom);
        const key = rests ? (`contacts:said_added_rests_${kind}` as const) : (`contacts:said_added_${kind}` as const);
        say(ctx, key, { value, ...(rests && { when }) }, { account: owner.account.id });
        return seeOther(SECTIONS.account);
      }
      case 'not-allowed':
        return notAllowedHere(ctx, owner, waiting, outcome);
      case 'refused':
        return refusedTo(ctx, owner, waiting, outcome, typed);
    }
  },
});

const againPage = consolePage(
  `${CONFIRM}/again`,
  {
    section: 'account',
    get: (ctx) => seeOther(confirmPath(ctx.params['id'] ?? '')),
    async post(ctx, owner) {
      const waiting = await waitingHere(ctx, owner);
      if (!waiting) return over(ctx);
      const outcome = await sendContactCodeAgain(ctx.ports, owner, waiting.code.id);
      if (outcome.outcome === 'sent') return seeOther(confirmPath(outcome.codeId));
      if (outcome.outcome === 'not-allowed') return notAllowedHere(ctx, owner, waiting, outcome);
      if (outcome.reason !== 'slow-down') return over(ctx);
      return show(ctx, owner, waiting, tooOften(ctx, outcome, 'contacts:too_often'));
    },
  },
  CONFIRM,
);

export const confirmPages: readonly Page[] = [confirmPage, againPage];

function notAllowedHere(ctx: PageContext, owner: Owner, { code }: Waiting, refusal: NotAllowed): Answer {
  return notAllowed(ctx, confirmPath(code.id), refusal);
}

function refusedTo(
  ctx: PageContext,
  owner: Owner,
  waiting: Waiting,
  refusal: Refused<CodeRefusal>,
  typed: string,
): Answer | Promise<Answer> {
  const wrong = (text: string) => show(ctx, owner, waiting, { errors: [{ field: 'code', text }] });
  switch (refusal.reason) {
    case 'not-a-code':
      return wrong(ctx.t(typed.trim() === '' ? 'factor:code_missing' : 'factor:not_a_code'));
    case 'wrong-code':
      return wrong(ctx.t('contacts:wrong', { count: refusal.triesLeft ?? 0 }));
    case 'no-tries-left':
    case 'code-expired':
      return over(ctx);
    case 'slow-down':
      return show(ctx, owner, waiting, tooOften(ctx, refusal, 'contacts:slow_down'));
    case 'too-much-changed':
      return show(ctx, owner, waiting, tooOften(ctx, refusal, 'contacts:changes_too_often'));
  }
}
