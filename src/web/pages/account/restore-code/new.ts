import { z } from 'zod';
import type { Owner } from '../../../../flows/account/act.ts';
import { type ConfirmRefusal, confirmRestoreCode } from '../../../../flows/account/confirm-restore-code.ts';
import { owesRestoreCode } from '../../../../flows/account/owed-restore-code.ts';
import { openShown, proposeRestoreCode } from '../../../../flows/account/propose-restore-code.ts';
import { unlessOffered } from '../../../../flows/account/restore-code-offered.ts';
import type { Refused } from '../../../../flows/outcome.ts';
import { type Answer, type PageError, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { say } from '../said.ts';
import { CODE, NEW } from './paths.ts';
import { shownOf } from './shown.ts';

const form = z.object({ shown: field(), code: field() });

/** "Your new restore code": shown here only, and typed back below. It lies sealed in the form, so that showing the page changes nothing. */
export const newPage = consolePage(NEW, {
  section: 'restore-code',
  get: (ctx, owner) =>
    (unlessOffered(owner.account) && seeOther(CODE)) ??
    unlessAllowed(ctx, owner, 'view-code', NEW) ??
    showNewCode(ctx, owner, HERE),

  async post(ctx, owner) {
    const { shown, code } = ctx.form(form);
    const outcome = await confirmRestoreCode(ctx.ports, owner, { shown, typed: code });
    switch (outcome.outcome) {
      case 'activated':
        say(ctx, outcome.replaced ? 'restore-code:said_replaced' : 'restore-code:said_activated', {}, here(owner));
        return seeOther(CODE);
      case 'not-allowed':
        return notAllowed(ctx, NEW, outcome);
      case 'refused':
        if (outcome.reason === 'forbidden' || outcome.reason === 'not-offered') return seeOther(CODE);
        return showNewCode(ctx, owner, HERE, { shown, typed: code }, settingsFor(ctx, outcome, code));
    }
  },
});

const HERE = { path: NEW, back: CODE };
const here = ({ account }: Owner) => ({ account: account.id });

/** The same code again after a slip; a new one when the one that was shown is no good any more. `back`: undefined where it is not put off. */
export async function showNewCode(
  ctx: PageContext,
  owner: Owner,
  { path, back }: { readonly path: string; readonly back: string | undefined },
  sent: { readonly shown?: string; readonly typed?: string } = {},
  settings: PageSettings = {},
): Promise<Answer> {
  const before = openShown(ctx.ports, owner, sent.shown ?? '');
  const shown = before?.use === 'new' ? before : proposeRestoreCode(ctx.ports, owner);
  const locals = {
    action: ctx.url(path),
    back: back && { href: ctx.url(back), text: ctx.t(back === CODE ? 'restore-code:back' : 'restore-code:not_now') },
    owed: owesRestoreCode(owner.account),
    replaces: owner.account.restoreCode !== null,
    code: await shownOf(ctx, owner, shown),
    typed: sent.typed ?? '',
  };
  // At sign-in too: the forms of its copies go to the console.
  const formsOf = owner.account.id;
  return render('account/restore-code/new', ctx.t('restore-code:new_title'), locals, {
    returnTo: path,
    formsOf,
    ...settings,
  });
}

/** What is wrong, on the page that shows the code again. */
export function settingsFor(ctx: PageContext, refusal: Refused<ConfirmRefusal>, typed: string): PageSettings {
  if (refusal.reason === 'too-much-changed') return tooOften(ctx, refusal, 'contacts:changes_too_often');
  return { errors: [errorOf(ctx, refusal.reason, typed)] };
}

function errorOf({ t }: PageContext, reason: Exclude<ConfirmRefusal, 'too-much-changed'>, typed: string): PageError {
  switch (reason) {
    case 'not-a-restore-code':
    case 'slip':
    case 'another-code':
      return { field: 'code', text: t(typed.trim() === '' ? 'restore-code:code_missing' : `restore-code:${reason}`) };
    case 'expired':
    case 'forbidden':
    case 'not-offered':
      return { text: t('restore-code:expired') };
  }
}
