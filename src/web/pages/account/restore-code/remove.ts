import { z } from 'zod';
import { removeRestoreCode } from '../../../../flows/account/remove-restore-code.ts';
import { render, seeOther } from '../../../frame/answer.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { CODE, REMOVE } from './paths.ts';

/** Before the restore code is removed: what happens then. */
export const removePage = consolePage(REMOVE, {
  section: 'restore-code',
  get: (ctx, { account }) =>
    account.restoreCode
      ? render('account/restore-code/remove', ctx.t('restore-code:remove_title'), {
          action: ctx.url(REMOVE),
          back: ctx.url(CODE),
        })
      : seeOther(CODE),

  async post(ctx, owner) {
    ctx.form(z.object({}));
    const outcome = await removeRestoreCode(ctx.ports, owner);
    if (outcome.outcome === 'not-allowed') return notAllowed(ctx, REMOVE, outcome);
    const key = outcome.outcome === 'removed' ? 'restore-code:said_removed' : 'restore-code:said_gone';
    say(ctx, key, {}, { account: owner.account.id });
    return seeOther(CODE);
  },
});
