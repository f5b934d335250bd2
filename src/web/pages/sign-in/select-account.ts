import { z } from 'zod';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import { page } from '../../frame/page.ts';
import { atPrompt, passPrompt } from './at-prompt.ts';
import { signInPath } from './load.ts';

const HERE = '/select-account';
const form = z.object({ account: z.enum(['this', 'other']) });

/** `prompt=select_account` (OpenID Connect Core, 3.1.2.1): as who one goes on. This browser knows one account: that one, or a sign-in as another. */
export const selectAccountPage = page('/sign-in/:uid/select-account', {
  get: (ctx) =>
    atPrompt(ctx, 'select_account', ({ uid, client }, { account }): Answer => {
      const path = signInPath(uid, HERE);
      const locals = {
        username: account.username,
        name: [account.givenName, account.familyName].filter((part) => part !== null).join(' '),
        app: clientName(client, ctx.t),
        action: ctx.url(path),
      };
      return render('sign-in/select-account', ctx.t('sign-in:select_title'), locals, { returnTo: path });
    }),
  post: (ctx) => {
    const chosen = ctx.form(form).account;
    return atPrompt(ctx, 'select_account', async (interaction) => {
      if (chosen === 'this') return passPrompt(ctx, interaction);
      await ctx.interactions.askAnew(ctx, interaction.uid);
      return seeOther(signInPath(interaction.uid));
    });
  },
});
