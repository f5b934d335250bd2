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
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { ownerOf } from '../account/console-page.ts';
import { ifLost, speakerOf } from '../account/if-you-lose/words.ts';
import { settingsFor, showNewCode } from '../account/restore-code/new.ts';
import { loadInteraction, signInPath } from './load.ts';

const ASK = '/restore-code';
const NEW = '/restore-code/new';

/** Prompt `restore_code`: what is lost without one, and "Activate now", "Later", "Never" (SPEC S1). Not asked where it belongs to the enrolment (S12). */
const askPage = page('/sign-in/:uid/restore-code', {
  get: (ctx) =>
    asked(ctx, (interaction, owner) =>
      owesRestoreCode(owner.account) ? seeOther(signInPath(interaction.uid, NEW)) : showAsk(ctx, interaction, owner),
    ),
  post: (ctx) =>
    asked(ctx, async (interaction, owner) => {
      const { answer } = ctx.form(z.object({ answer: z.enum(['later', 'never']) }));
      if (owesRestoreCode(owner.account)) return seeOther(signInPath(interaction.uid, NEW));
      await putOffRestoreCode(ctx.ports, owner, answer);
      return goOn(ctx, interaction);
    }),
});

/** The new code, in the session that was just opened; typed back, it counts, and the application's request goes on. */
const newPage = page('/sign-in/:uid/restore-code/new', {
  get: (ctx) => asked(ctx, ({ uid }, owner) => showNewCode(ctx, owner, placeOf(uid, owner))),
  post: (ctx) =>
    asked(ctx, async (interaction, owner) => {
      const { shown, code } = ctx.form(z.object({ shown: field(), code: field() }));
      const outcome = await confirmRestoreCode(ctx.ports, owner, { shown, typed: code });
      if (!isSlip(outcome, owner)) return goOn(ctx, interaction);
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

/** For somebody to whom it is proposed in this interaction; else the page whose turn it is, and where the session is over, on. */
async function asked(
  ctx: PageContext,
  show: (interaction: Interaction, owner: Owner) => Answer | Promise<Answer>,
): Promise<Answer> {
  const interaction = await loadInteraction(ctx);
  if ('kind' in interaction) return interaction;
  if (interaction.prompt !== 'restore_code') return seeOther(signInPath(interaction.uid));
  const owner = await ownerOf(ctx);
  return owner && owner.account.id === interaction.session?.accountId
    ? show(interaction, owner)
    : goOn(ctx, interaction);
}

async function goOn(ctx: PageContext, interaction: Interaction): Promise<Answer> {
  const to = await ctx.interactions.finish(ctx, interaction.uid, {});
  return seeOther(to ?? ctx.interactions.restartUrl(interaction.request));
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
    app: client.name,
  };
  return render('sign-in/restore-code', ctx.t('restore-code:ask_title'), locals, { returnTo: signInPath(uid, ASK) });
}
