import { refuse, render, seeOther } from '../../frame/answer.ts';
import { type Page, page } from '../../frame/page.ts';
import { throughProvider } from '../../frame/through-provider.ts';
import { operatorOf, unlessLetIn } from './admin-page.ts';
import { isAdminPath } from './admin-path.ts';

/** OpenID Connect Core Error Code unmet_authentication_requirements 1.0: none of the account's second factors can be used. */
const OUT_OF_REACH = 'unmet_authentication_requirements';
const FIRST = '/admin/users';

/**
 * Where the console begins, and where a sign-in for it comes back to: `state` says for which page it was. An `error` beside it: the person did not
 * want to, or could not reach what is asked; they are not sent in a circle.
 */
export const landingPage: Page = page('/admin', {
  async get(ctx) {
    const state = ctx.query('state');
    const back = state !== undefined && isAdminPath(state) && state !== '/admin' ? state : FIRST;
    const operator = await operatorOf(ctx);
    if (ctx.query('error') === undefined) {
      if (!operator) return throughProvider(ctx, 'regain-admin', back);
      return unlessLetIn(ctx, operator, 'users', back) ?? seeOther(back);
    }
    if (operator?.account.roles.length === 0) return refuse('not-found');
    const view = ctx.query('error') === OUT_OF_REACH ? 'out_of_reach' : operator ? 'not_confirmed' : 'signed_out';
    const locals = { text: ctx.t(`admin:${view}_text`), again: ctx.url(back) };
    return render('admin/not-in', ctx.t(`admin:${view}_title`), locals, { returnTo: '/admin' });
  },
});
