import { z } from 'zod';
import type { Addition } from '../../../domain/addition.ts';
import { ifYouLose } from '../../../domain/check-up.ts';
import { onboardingDue, putOffOnboarding } from '../../../flows/account/onboarding-due.ts';
import { belongingsOf } from '../../../flows/belongings.ts';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import type { Account } from '../../../flows/ports.ts';
import { type Answer, render } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { contactPath } from '../account/contacts/paths.ts';
import { ADD_AT, ifLost, speakerOf, toAdd } from '../account/if-you-lose/words.ts';
import { atPrompt, passPrompt } from './at-prompt.ts';
import { signInPath } from './load.ts';

const HERE = '/add';

/**
 * Prompt `onboarding` (SPEC T9): one thing that the account lacks, what it is for, and where it is added; or on to the application, which puts
 * it off. Whoever comes back with it added just goes on.
 */
export const onboardingPage = page('/sign-in/:uid/add', {
  get: (ctx) =>
    atPrompt(ctx, 'onboarding', (interaction, { account }) => {
      const step = onboardingDue(ctx.ports, account);
      return show(ctx, interaction, account, step);
    }),
  post: (ctx) => {
    ctx.form(z.object({}));
    return atPrompt(ctx, 'onboarding', async (interaction, { account }) => {
      if (onboardingDue(ctx.ports, account) !== null) await putOffOnboarding(ctx.ports, account);
      return passPrompt(ctx, interaction);
    });
  },
});

/** `step` null: it was added meanwhile. */
function show(ctx: PageContext, { uid, client }: Interaction, account: Account, step: Addition | null): Answer {
  const { t } = ctx;
  const speaker = speakerOf(ctx, account);
  const path = signInPath(uid, HERE);
  const lines = ifYouLose(account.policy, belongingsOf(account, ctx.ports));
  const locals = {
    step: step && {
      losses: lines.filter(({ outlook }) => outlook.back === 'not-alone').map(({ thing }) => ifLost(speaker, thing)),
      about: t(`if-you-lose:about_${step}`),
      href: ctx.url(whereToAdd(account, step)),
      text: toAdd(speaker, step),
    },
    action: ctx.url(path),
    app: clientName(client, t),
  };
  const title = step ? toAdd(speaker, step) : t('self-recovery:added_title');
  return render('sign-in/onboarding', title, locals, { returnTo: path });
}

/** An address or number that is there and was never verified only has to be. */
function whereToAdd({ contacts }: Account, step: Addition): string {
  const unverified = contacts.find(({ kind, verifiedAt }) => kind === step && verifiedAt === null);
  return unverified ? contactPath(unverified.id) : ADD_AT[step];
}
