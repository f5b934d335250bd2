import { z } from 'zod';
import { changeUsername } from '../../../../flows/account/change-username.ts';
import { type Answer, type PageError, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';

const PATH = '/account/username';
const form = z.object({ username: field(1_000) });

/** The name that one signs in with. */
export const usernamePage = consolePage(PATH, {
  section: 'account',
  get: (ctx, owner) => unlessAllowed(ctx, owner, 'change-username', PATH) ?? show(ctx, owner.account.username),

  async post(ctx, owner) {
    const { username } = ctx.form(form);
    const outcome = await changeUsername(ctx.ports, owner, username);
    switch (outcome.outcome) {
      case 'changed':
        say(ctx, 'account:said_username', { username: outcome.username }, { account: owner.account.id });
        return seeOther(SECTIONS.account);
      case 'not-allowed':
        return notAllowed(ctx, PATH, outcome);
      case 'refused':
        if (outcome.reason === 'too-much-changed')
          return show(ctx, username, tooOften(ctx, outcome, 'contacts:changes_too_often'));
        return show(ctx, username, { errors: [errorOf(ctx, outcome.reason, username)] });
    }
  },
});

function errorOf(
  ctx: PageContext,
  reason: 'bad-username' | 'username-is-an-email' | 'taken',
  typed: string,
): PageError {
  if (typed.trim() === '') return { field: 'username', text: ctx.t('account:username_missing') };
  return { field: 'username', text: ctx.t(reason === 'taken' ? 'account:username_taken' : `account:${reason}`) };
}

function show(ctx: PageContext, value: string, settings: PageSettings = {}): Answer {
  const locals = { value, action: ctx.url(PATH), back: ctx.url(SECTIONS.account) };
  return render('account/details/username', ctx.t('account:username_title'), locals, { returnTo: PATH, ...settings });
}
