import { type Answer, refuse, render, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { throughProvider } from '../../frame/through-provider.ts';
import { adminPage, operatorOf, type PageMaker, unlessLetIn } from './admin-page.ts';
import { isAdminPath } from './admin-path.ts';
import { DASHBOARD, showDashboard } from './dashboard/dashboard.ts';

/** OpenID Connect Core Error Code unmet_authentication_requirements 1.0: none of the account's second factors can be used. */
const OUT_OF_REACH = 'unmet_authentication_requirements';

/** Where the console begins: the dashboard, and where a sign-in for any page of it comes back to. */
export const frontPage: PageMaker = (administration) => {
  const dashboard = adminPage(DASHBOARD, { section: 'dashboard', get: showDashboard })(administration);
  return page(DASHBOARD, {
    get: (ctx) => (comesBack(ctx) ? land(ctx) : (dashboard.get?.(ctx) ?? refuse('not-found'))),
  });
};

const comesBack = (ctx: PageContext): boolean => ['state', 'error'].some((name) => ctx.query(name) !== undefined);

/**
 * `state` says for which page it was. An `error` beside it: the person did not want to, or could not reach what is asked; they are not sent in a
 * circle.
 */
async function land(ctx: PageContext): Promise<Answer> {
  const state = ctx.query('state');
  const back = state !== undefined && isAdminPath(state) ? state : DASHBOARD;
  const operator = await operatorOf(ctx);
  if (ctx.query('error') === undefined) {
    if (!operator) return throughProvider(ctx, 'regain-admin', back);
    return unlessLetIn(ctx, operator, 'dashboard', back) ?? seeOther(back);
  }
  if (operator?.account.roles.length === 0) return refuse('not-found');
  const view = ctx.query('error') === OUT_OF_REACH ? 'out_of_reach' : operator ? 'not_confirmed' : 'signed_out';
  const locals = { text: ctx.t(`admin:${view}_text`), again: ctx.url(back) };
  return render('admin/not-in', ctx.t(`admin:${view}_title`), locals, { returnTo: DASHBOARD });
}
