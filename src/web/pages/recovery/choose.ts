import { z } from 'zod';
import type { Journey } from '../../../domain/journey.ts';
import { RECOVERY_GOALS, type RecoveryGoal } from '../../../domain/policy.ts';
import { chooseGoal } from '../../../flows/choose-goal.ts';
import { nextPage } from '../../../flows/next.ts';
import { openRecoveryLink, previewRecoveryLink } from '../../../flows/open-recovery-link.ts';
import type { Advanced } from '../../../flows/outcome.ts';
import type { Account } from '../../../flows/ports.ts';
import { type RecoveryOptions, recoveryOptions } from '../../../flows/recovery-options.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { waitWords } from '../sign-in/refusal-text.ts';
import { readNote } from './notes.ts';
import { addressOf, CHOOSE, journeyHere, OVER, SENT } from './walk.ts';

const form = z.object({ goal: z.enum(RECOVERY_GOALS) });

/**
 * "What would you like to do?" (SPEC T4). Shown to whoever opened the e-mailed link (read only) or typed its short code; a button
 * is what proves the mailbox to this browser.
 */
export const choosePage = page(CHOOSE, {
  async get(ctx) {
    const own = await journeyHere(ctx);
    const token = readNote(ctx, 'link');
    if (token !== undefined) {
      const link = await previewRecoveryLink(ctx.ports, token);
      if (link.state !== 'open') return seeOther(OVER);
      if (!own) await ctx.knowing({ account: link.account.locale, organizationId: link.account.organizationId });
      return show(ctx, link.account, link.options);
    }
    const proven = await provenHere(ctx, own);
    return proven ? show(ctx, proven.account, proven.options) : seeOther(own ? SENT : OVER);
  },

  async post(ctx) {
    const { goal } = ctx.form(form);
    const own = await journeyHere(ctx);
    const token = readNote(ctx, 'link');
    if (token === undefined) {
      if (!own) return seeOther(OVER);
      return onward(ctx, await chooseGoal(ctx.ports, ctx.visitor, own, goal));
    }
    return openLink(ctx, token, goal, own);
  },
});

/** In the browser that asked its journey goes on; in another one a journey of its own begins, with a secret of its own (A2, A18). */
async function openLink(
  ctx: PageContext,
  token: string,
  goal: RecoveryGoal,
  own: Journey | undefined,
): Promise<Answer> {
  const opened = await openRecoveryLink(ctx.ports, ctx.visitor, { token, goal, locale: ctx.locale, own }, () =>
    ctx.cookies.issue('recovery'),
  );
  if (opened.outcome === 'refused') return seeOther(opened.reason === 'code-expired' ? OVER : CHOOSE);
  ctx.cookies.clear('link');
  ctx.cookies.clear('receipt');
  return onward(ctx, opened);
}

function onward(ctx: PageContext, step: Advanced | { outcome: 'refused' }): Answer {
  if (step.outcome === 'refused') return seeOther(CHOOSE);
  return seeOther(addressOf(nextPage(step.journey, step.account, step.verdict)));
}

async function provenHere(
  ctx: PageContext,
  own: Journey | undefined,
): Promise<{ account: Account; options: RecoveryOptions } | undefined> {
  const proofs = own?.proofs.filter((proof) => proof.kind === 'email-code') ?? [];
  if (!own?.accountId || own.completedAt !== null || proofs.length === 0) return undefined;
  const account = await ctx.ports.store.accounts.load(own.accountId);
  return account && { account, options: recoveryOptions(ctx.ports, account, proofs) };
}

function show(ctx: PageContext, account: Account, options: RecoveryOptions): Answer {
  const { t } = ctx;
  const needs = (goal: RecoveryGoal) => {
    const offer = options.open.find((open) => open.goal === goal);
    const todo = offer?.steps.filter((step) => !step.done).map((step) => t(`recovery:need_${step.proof}`)) ?? [];
    return todo.length > 0 ? t('recovery:needs', { what: joined(ctx, todo) }) : t('recovery:needs_nothing');
  };
  const reasons = options.closed.map(({ goal, verdict }) => ({
    goal: t(`recovery:goal_${goal}`),
    text:
      verdict.verdict === 'wait'
        ? t(`recovery:wait_${verdict.why}`, { when: waitWords(ctx, verdict.until) })
        : verdict.reasons.map((reason) => t(`recovery:reason_${reason}`)).join(' '),
  }));
  return render('recovery/choose', t('recovery:choose_title'), {
    username: account.username,
    choices: options.open.map(({ goal }) => ({ goal, text: t(`recovery:goal_${goal}`), hint: needs(goal) })),
    // Where something is open, what is not is simply not offered; where nothing is, each says why (SPEC T4).
    reasons: options.open.length === 0 ? reasons.filter(({ text }) => text !== t('recovery:reason_no-route')) : [],
    icons: { 'reset-password': 'key-round', 'reset-second-factor': 'smartphone', 'reset-both': 'life-buoy' },
    support: ctx.brand.supportHref,
  });
}

function joined(ctx: PageContext, words: readonly string[]): string {
  return new Intl.ListFormat(ctx.locale, { type: 'conjunction' }).format(words);
}
