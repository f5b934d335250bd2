import { z } from 'zod';
import { ifYouLose } from '../../../domain/check-up.ts';
import type { Owner } from '../../../flows/account/act.ts';
import { type ConfirmRefusal, confirmRestoreCode } from '../../../flows/account/confirm-restore-code.ts';
import { owesRestoreCode } from '../../../flows/account/owed-restore-code.ts';
import { putOffRestoreCode } from '../../../flows/account/restore-code-due.ts';
import { belongingsOf } from '../../../flows/belongings.ts';
import type { Refused } from '../../../flows/outcome.ts';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { clientName } from '../../frame/client-name.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { ifLost, speakerOf } from '../account/if-you-lose/words.ts';
import { settingsFor, showNewCode } from '../account/restore-code/new.ts';
import { atPrompt, passPrompt } from './at-prompt.ts';
import { signInPath } from './load.ts';

const ASK = '/restore-code';
const NEW = '/restore-code/new';

/** Prompt `restore_code`: what is lost without one, and "Activate now", "Later", "Never" (SPEC S1). Not asked where it belongs to the enrolment (S12). */
const askPage = page('/sign-in/:uid/restore-code', {
  get: (ctx) =>
    atPrompt(ctx, 'restore_code', (interaction, owner) =>
      owesRestoreCode(owner.account) ? seeOther(signInPath(interaction.uid, NEW)) : showAsk(ctx, interaction, owner),
    ),
  post: (ctx) =>
    atPrompt(ctx, 'restore_code', async (interaction, owner) => {
      const { answer } = ctx.form(z.object({ answer: z.enum(['later', 'never']) }));
      if (owesRestoreCode(owner.account)) return seeOther(signInPath(interaction.uid, NEW));
      await putOffRestoreCode(ctx.ports, owner, answer);
      return passPrompt(ctx, interaction);
    }),
});

/** The new code, in the session that was just opened; typed back, it counts, and the application's request goes on. */
const newPage = page('/sign-in/:uid/restore-code/new', {
  get: (ctx) => atPrompt(ctx, 'restore_code', ({ uid }, owner) => showNewCode(ctx, owner, placeOf(uid, owner))),
  post: (ctx) =>
    atPrompt(ctx, 'restore_code', async (interaction, owner) => {
      const { shown, code } = ctx.form(z.object({ shown: field(), code: field() }));
      const outcome = await confirmRestoreCode(ctx.ports, owner, { shown, typed: code });
      if (!isSlip(outcome, owner)) return passPrompt(ctx, interaction);
      const settings = settingsFor(ctx, outcome, code);
      return showNewCode(ctx, owner, placeOf(interaction.uid, owner), { shown, typed: code }, settings);
    }),
});

export const restoreCodeAtSignIn: readonly Page[] = [askPage, newPage];

const placeOf = (uid: string, { account }: Owner) => ({
  path: signInPath(uid, NEW),
  back: owesRestoreCode(account) ? undefined : signInPath(uid, ASK),
});

type Outcome = Awaited<ReturnType<typeof confirmRestoreCode>>;

/** Something that the person can mend here. Nobody is kept from their application by a code that cannot be activated now. */
function isSlip(outcome: Outcome, { account }: Owner): outcome is Refused<ConfirmRefusal> {
  if (outcome.outcome !== 'refused' || outcome.reason === 'forbidden' || outcome.reason === 'not-offered') return false;
  return outcome.reason !== 'too-much-changed' || !owesRestoreCode(account);
}

function showAsk(ctx: PageContext, { uid, client }: Interaction, { account }: Owner): Answer {
  const speaker = speakerOf(ctx, account);
  const lines = ifYouLose(account.policy, belongingsOf(account, ctx.ports));
  const locals = {
    losses: lines
      .filter(({ outlook }) => outlook.back === 'not-alone' || outlook.back === 'once-number-is-back')
      .map(({ thing }) => ifLost(speaker, thing)),
    create: ctx.url(signInPath(uid, NEW)),
    action: ctx.url(signInPath(uid, ASK)),
    app: clientName(client, ctx.t),
  };
  return render('sign-in/restore-code', ctx.t('restore-code:ask_title'), locals, { returnTo: signInPath(uid, ASK) });
}
