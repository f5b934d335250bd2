import { z } from 'zod';
import { contest, previewContest } from '../../../flows/contest.ts';
import type { Refused } from '../../../flows/outcome.ts';
import type { Account } from '../../../flows/ports.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { dropLink, keepLink, keptLink } from '../links/link-note.ts';

const NOT_ME = '/not-me';
const form = z.object({ digits: field() });

/** The address in a notice. A GET, so it changes nothing here (ATTACKS A10): on to a clean address (STANDARDS D-05). */
const noticeLink = page('/not-me/:token', {
  get(ctx) {
    keepLink(ctx, 'contest', ctx.params.token);
    return seeOther(NOT_ME);
  },
});

/**
 * "It wasn't me": says what will happen and what the way back is before it acts, and asks for the two digits of the message, so
 * that no scanner can press it (SPEC X3, ATTACKS A10, A36).
 */
const notMePage = page(NOT_ME, {
  async get(ctx) {
    const token = keptLink(ctx, 'contest');
    const account = token === undefined ? undefined : await openedBy(ctx, token);
    return account ? ask(ctx, account) : over(ctx);
  },

  async post(ctx) {
    const { digits } = ctx.form(form);
    const token = keptLink(ctx, 'contest');
    const account = token === undefined ? undefined : await openedBy(ctx, token);
    if (token === undefined || !account) return over(ctx);
    const outcome = await contest(ctx.ports, ctx.visitor, { token, digits, also: [] });
    if (outcome.outcome === 'refused') return refusedTo(ctx, account, outcome, digits);
    dropLink(ctx);
    const locals = { username: account.username, support: ctx.brand.supportHref };
    return render('not-me/blocked', ctx.t('not-me:blocked_title'), locals, { returnTo: NOT_ME });
  },
});

export const notMePages: readonly Page[] = [notMePage, noticeLink];

async function openedBy(ctx: PageContext, token: string): Promise<Account | undefined> {
  const found = await previewContest(ctx.ports, token);
  if (found.state === 'over') return undefined;
  const { account } = found;
  await ctx.knowing({ account: account.locale, organizationId: account.organizationId });
  return account;
}

type Refusal = Extract<Awaited<ReturnType<typeof contest>>, Refused>;

function refusedTo(ctx: PageContext, account: Account, { reason, triesLeft }: Refusal, typed: string): Answer {
  switch (reason) {
    case 'not-a-code':
      return ask(ctx, account, {
        errors: [
          { field: 'digits', text: ctx.t(typed.trim() === '' ? 'not-me:digits_missing' : 'not-me:not_two_digits') },
        ],
      });
    case 'wrong-code':
      return ask(ctx, account, {
        errors: [{ field: 'digits', text: ctx.t('not-me:wrong_digits', { count: triesLeft ?? 0 }) }],
      });
    case 'no-tries-left':
    case 'code-expired':
      return over(ctx);
  }
}

function ask(ctx: PageContext, account: Account, settings: PageSettings = {}): Answer {
  const locals = { username: account.username, action: ctx.url(NOT_ME), support: ctx.brand.supportHref };
  return render('not-me/not-me', ctx.t('not-me:title'), locals, { returnTo: NOT_ME, ...settings });
}

/** Expired, used, or mistyped too often: nothing was changed by this page, and support can do the same. */
function over(ctx: PageContext): Answer {
  const locals = { lost: ctx.url('/lost-credentials'), support: ctx.brand.supportHref };
  return render('not-me/over', ctx.t('not-me:over_title'), locals, { status: 410, returnTo: NOT_ME });
}
