import { z } from 'zod';
import { unlessOffered } from '../../../../flows/account/restore-code-offered.ts';
import { canBeSeen, seeRestoreCode } from '../../../../flows/account/see-restore-code.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { say } from '../said.ts';
import { CODE, SEE } from './paths.ts';
import { shownOf } from './shown.ts';

/**
 * "Show it again". The code is in the answer to the form, and at no address of its own: a page that is loaded again asks, and is a view that is
 * written down and told like the first (SPEC S2).
 */
export const seePage = consolePage(SEE, {
  section: 'restore-code',
  get: (ctx, owner) =>
    unlessOffered(owner.account) || !canBeSeen(owner.account)
      ? seeOther(CODE)
      : (unlessAllowed(ctx, owner, 'view-code', SEE) ?? ask(ctx)),

  async post(ctx, owner) {
    ctx.form(z.object({}));
    const outcome = await seeRestoreCode(ctx.ports, owner);
    switch (outcome.outcome) {
      case 'seen': {
        const code = await shownOf(ctx, owner, outcome.shown);
        const locals = { code, back: ctx.url(CODE) };
        return render('account/restore-code/seen', ctx.t('restore-code:seen_title'), locals, { returnTo: SEE });
      }
      case 'not-allowed':
        return notAllowed(ctx, SEE, outcome);
      case 'refused':
        if (outcome.reason === 'too-much-changed')
          return ask(ctx, tooOften(ctx, outcome, 'contacts:changes_too_often'));
        say(ctx, 'restore-code:said_not_seen', {}, { account: owner.account.id });
        return seeOther(CODE);
    }
  },
});

function ask(ctx: PageContext, settings: PageSettings = {}): Answer {
  const locals = { action: ctx.url(SEE), back: ctx.url(CODE) };
  return render('account/restore-code/see', ctx.t('restore-code:see_title'), locals, settings);
}
