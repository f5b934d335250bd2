import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { page } from '../../frame/page.ts';
import { consolePage, ownerOf } from './console-page.ts';
import { showAccount } from './details/landing.ts';
import { isConsolePath } from './sections.ts';

/** OpenID Connect Core Error Code unmet_authentication_requirements 1.0: none of the account's second factors can be used. */
const OUT_OF_REACH = 'unmet_authentication_requirements';

const yourAccount = consolePage('/account', { section: 'account', get: showAccount });

/**
 * "Your account", and where a sign-in for the console comes back to: `state` says for which page it was. An `error` beside it: the person did
 * not want to, or could not reach what is asked; they are not sent in a circle.
 */
export const accountPage = page('/account', {
  async get(ctx) {
    const state = ctx.query('state');
    const back = state !== undefined && isConsolePath(state) ? state : undefined;
    if (ctx.query('error') === undefined)
      return back !== undefined && back !== '/account' ? seeOther(back) : answerOf(yourAccount.get?.(ctx));
    const owner = await ownerOf(ctx);
    if (ctx.query('error') === OUT_OF_REACH)
      return render('account/out-of-reach', ctx.t('account:out_of_reach_title'), {}, { returnTo: '/account' });
    const view = owner ? 'account/not-confirmed' : 'account/signed-out';
    const title = ctx.t(owner ? 'account:not_confirmed_title' : 'account:title');
    return render(view, title, { again: ctx.url(back ?? '/account') }, { returnTo: '/account' });
  },
});

async function answerOf(answer: Answer | Promise<Answer> | undefined): Promise<Answer> {
  return (await answer) ?? seeOther('/account');
}
