import { z } from 'zod';
import type { Owner } from '../../../../flows/account/act.ts';
import { aboutPassword, changePassword, leastFor } from '../../../../flows/account/change-password.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { type PageContext, page } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';

const PATH = '/account/password';
const form = z.object({ password: field() });

/** Where password managers look for the place to change a password (W3C Change Password URL). */
export const changePasswordPage = page('/.well-known/change-password', { get: () => seeOther(PATH) });

/** "Choose a new password", as everywhere; the old one was asked for by the sign-in that this page stands on. */
export const passwordOfAccountPage = consolePage(PATH, {
  section: 'account',
  get: (ctx, owner) =>
    unlessAllowed(ctx, owner, 'change-password', PATH, aboutPassword(owner.account)) ?? show(ctx, owner),

  async post(ctx, owner) {
    const { password } = ctx.form(form);
    const outcome = await changePassword(ctx.ports, owner, password);
    switch (outcome.outcome) {
      case 'changed': {
        const { sessions } = outcome;
        const key = sessions === 0 ? 'account:said_password_alone' : 'account:said_password';
        say(ctx, key, sessions === 0 ? {} : { count: sessions }, { account: owner.account.id });
        return seeOther(SECTIONS.account);
      }
      case 'not-allowed':
        return notAllowed(ctx, PATH, outcome);
      case 'refused': {
        if (outcome.reason === 'too-much-changed')
          return show(ctx, owner, tooOften(ctx, outcome, 'contacts:changes_too_often'));
        const why =
          password === '' ? 'recovery:new_password_missing' : (`recovery:password_${outcome.reason}` as const);
        const text = ctx.t(why, { least: leastFor(ctx.ports, owner.account) });
        return show(ctx, owner, { errors: [{ field: 'password', text }] });
      }
    }
  },
});

function show(ctx: PageContext, { account }: Owner, settings: PageSettings = {}): Answer {
  const locals = {
    username: account.username,
    least: leastFor(ctx.ports, account),
    before: ctx.t('account:password_before'),
    back: ctx.url(SECTIONS.account),
  };
  const title = ctx.t('recovery:new_password_title');
  return render('new-password/new-password', title, locals, { returnTo: PATH, ...settings });
}
