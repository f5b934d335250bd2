import { z } from 'zod';
import { type Contestable, contest, previewContest } from '../../../flows/contest.ts';
import type { Refused } from '../../../flows/outcome.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { dropLink, keepLink, keptLink } from '../links/link-note.ts';
import { alsoPage } from './also.ts';
import { showAsk } from './ask.ts';
import { blockedPage, showBlocked } from './blocked.ts';

const NOT_ME = '/not-me';
const ASKING = { path: NOT_ME, digits: true };
const form = z.object({ digits: field() });

/** The address in a notice. A GET, so it changes nothing here (ATTACKS A10): on to a clean address (STANDARDS D-05). */
const noticeLink = page('/not-me/:token', {
  get(ctx) {
    keepLink(ctx, 'contest', ctx.params.token);
    return seeOther(NOT_ME);
  },
});

/**
 * "It wasn't me": says what was done, what will happen and what the way back is before it acts, and asks for the two digits of the message,
 * so that no scanner can press it (SPEC X3, ATTACKS A10, A36). Nobody need be signed in. What else may not have been the owner is asked once
 * it is blocked.
 */
const notMePage = page(NOT_ME, {
  async get(ctx) {
    const opened = await openedBy(ctx, keptLink(ctx, 'contest'));
    return opened ? showAsk(ctx, opened, ASKING) : over(ctx);
  },

  async post(ctx) {
    const { digits } = ctx.form(form);
    const token = keptLink(ctx, 'contest');
    const opened = await openedBy(ctx, token);
    if (token === undefined || !opened) return over(ctx);
    const outcome = await contest(ctx.ports, ctx.visitor, { token, digits, also: [] });
    if (outcome.outcome === 'refused') return refusedTo(ctx, opened, outcome, digits);
    dropLink(ctx);
    const asks = opened.others.some(({ likely }) => likely === 'same-browser');
    return showBlocked(ctx, outcome, opened.notice.id, { asks });
  },
});

export const notMePages: readonly Page[] = [blockedPage, alsoPage, notMePage, noticeLink];

async function openedBy(ctx: PageContext, token: string | undefined): Promise<Contestable | undefined> {
  const found = token === undefined ? undefined : await previewContest(ctx.ports, token);
  if (found?.state !== 'open') return undefined;
  const { locale, organizationId } = found.account;
  await ctx.knowing({ account: locale, organizationId });
  return found;
}

type Refusal = Extract<Awaited<ReturnType<typeof contest>>, Refused>;

function refusedTo(ctx: PageContext, opened: Contestable, { reason, triesLeft }: Refusal, typed: string): Answer {
  const again = (text: string): Answer => {
    const settings: PageSettings = { errors: [{ field: 'digits', text }] };
    return showAsk(ctx, opened, ASKING, settings);
  };
  switch (reason) {
    case 'not-a-code':
      return again(ctx.t(typed.trim() === '' ? 'not-me:digits_missing' : 'not-me:not_two_digits'));
    case 'wrong-code':
      return again(ctx.t('not-me:wrong_digits', { count: triesLeft ?? 0 }));
    case 'no-tries-left':
    case 'code-expired':
      return over(ctx);
  }
}

/** Expired, used, or mistyped too often: nothing was changed by this page, and support can do the same. */
function over(ctx: PageContext): Answer {
  const locals = { lost: ctx.url('/lost-credentials'), support: ctx.brand.supportHref };
  return render('not-me/over', ctx.t('not-me:over_title'), locals, { status: 410, returnTo: NOT_ME });
}
