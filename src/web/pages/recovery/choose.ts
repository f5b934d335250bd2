import { z } from 'zod';
import { isMailboxProven, type Journey } from '../../../domain/journey.ts';
import { RECOVERY_GOALS } from '../../../domain/policy.ts';
import { chooseGoal } from '../../../flows/choose-goal.ts';
import { openRecoveryLink, previewRecoveryLink } from '../../../flows/open-recovery-link.ts';
import type { Account } from '../../../flows/ports.ts';
import { type RecoveryOptions, recoveryOptions } from '../../../flows/recovery-options.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { dropLink, keptLink } from '../links/link-note.ts';
import { showOptions } from './options.ts';
import { CHOOSE, endOf, journeyHere, OVER, onward, SENT } from './walk.ts';

const form = z.object({ goal: z.enum(RECOVERY_GOALS) });

/**
 * "What would you like to do?" (SPEC T4). Shown to whoever opened the e-mailed link (read only) or typed its short code; a button
 * is what proves the mailbox to this browser.
 */
export const choosePage = page(CHOOSE, {
  async get(ctx) {
    const own = await journeyHere(ctx);
    const token = keptLink(ctx, 'recovery');
    const found = token === undefined ? await proven(ctx, own) : await opened(ctx, own, token);
    if ('kind' in found) return found;
    if (!own?.clientId) await ctx.knowing({ organizationId: found.account.organizationId });
    return showOptions(ctx, found.account, found.options);
  },

  async post(ctx) {
    const { goal } = ctx.form(form);
    const own = await journeyHere(ctx);
    const token = keptLink(ctx, 'recovery');
    if (token === undefined) {
      if (!own) return seeOther(OVER);
      const chosen = await chooseGoal(ctx.ports, ctx.visitor, own, goal);
      return chosen.outcome === 'refused' ? seeOther(CHOOSE) : onward(chosen);
    }
    const found = await opened(ctx, own, token);
    if ('kind' in found) return found;
    // In the browser that asked its journey goes on; in another one a journey of its own begins (A2); each under a new secret (A18).
    const asked = { token, goal, locale: ctx.locale, own };
    const secret = ctx.cookies.prepare('recovery');
    const chosen = await openRecoveryLink(ctx.ports, ctx.visitor, asked, secret.hash);
    if (chosen.outcome === 'refused') return seeOther(chosen.reason === 'code-expired' ? OVER : CHOOSE);
    secret.give();
    dropLink(ctx);
    ctx.cookies.clear('receipt');
    return onward(chosen);
  },
});

type Found = { readonly account: Account; readonly options: RecoveryOptions };

/** By the link. Reads only (ATTACKS A9). */
async function opened(ctx: PageContext, own: Journey | undefined, token: string): Promise<Found | Answer> {
  const link = await previewRecoveryLink(ctx.ports, token, own);
  if (link.state !== 'open') return seeOther(OVER);
  const { account, options } = link;
  if (!own) await ctx.knowing({ account: account.locale, organizationId: account.organizationId });
  return { account, options };
}

/** By the short code, or by the link before; also to choose anew. */
async function proven(ctx: PageContext, own: Journey | undefined): Promise<Found | Answer> {
  if (!own) return seeOther(OVER);
  if (own.completedAt !== null) return seeOther(endOf(ctx));
  const proofs = own.proofs.filter(({ kind }) => kind === 'email-code' || kind === 'restore-code');
  const account =
    own.accountId && isMailboxProven(own) ? await ctx.ports.store.accounts.load(own.accountId) : undefined;
  return account ? { account, options: recoveryOptions(ctx.ports, account, proofs, own) } : seeOther(SENT);
}
