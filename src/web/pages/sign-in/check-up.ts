import { z } from 'zod';
import { checkUp } from '../../../domain/check-up.ts';
import type { Owner } from '../../../flows/account/act.ts';
import { belongingsOf } from '../../../flows/belongings.ts';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import { type Answer, render } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { ifLost, speakerOf, whyOf } from '../account/if-you-lose/words.ts';
import { atPrompt, passPrompt } from './at-prompt.ts';
import { signInPath } from './load.ts';

const HERE = '/check-up';

/**
 * Prompt `check_up`, after the first second factor was registered (issue 3.4): what was done, what its owner would not get back in after, and
 * on to the application. The session is open by now, so the link to the check-up in the console leads there at once.
 */
export const checkUpAtSignIn = page('/sign-in/:uid/check-up', {
  get: (ctx) => atPrompt(ctx, 'check_up', (interaction, owner) => showEnrolled(ctx, interaction, owner)),
  post: (ctx) => {
    ctx.form(z.object({}));
    return atPrompt(ctx, 'check_up', (interaction) => passPrompt(ctx, interaction));
  },
});

function showEnrolled(ctx: PageContext, { uid, client }: Interaction, { account }: Owner): Answer {
  const found = checkUp(account.policy, belongingsOf(account, ctx.ports));
  const speaker = speakerOf(ctx, account);
  const path = signInPath(uid, HERE);
  const locals = {
    step: found.step !== null && {
      why: whyOf(speaker, found.helps),
      helps: found.helps.map(({ thing }) => ifLost(speaker, thing)),
      href: ctx.url('/account/check-up'),
    },
    isWell: found.step === null && found.open.length === 0,
    action: ctx.url(path),
    app: clientName(client, ctx.t),
  };
  return render('sign-in/check-up', ctx.t('factor:registered_title'), locals, { returnTo: path });
}
