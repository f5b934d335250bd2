import type { Owner } from '../../../flows/account/act.ts';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { ownerOf } from '../account/console-page.ts';
import { loadInteraction, signInPath } from './load.ts';

/**
 * A page between signing in and the application. `show` runs for the owner of the session that was just opened, in an interaction that
 * is at this prompt; else it is the page whose turn it is, and where the session is over, on.
 */
export async function atPrompt(
  ctx: PageContext,
  prompt: Interaction['prompt'],
  show: (interaction: Interaction, owner: Owner) => Answer | Promise<Answer>,
): Promise<Answer> {
  const interaction = await loadInteraction(ctx);
  if ('kind' in interaction) return interaction;
  if (interaction.prompt !== prompt) return seeOther(signInPath(interaction.uid));
  const owner = await ownerOf(ctx);
  return owner && owner.account.id === interaction.session?.accountId
    ? show(interaction, owner)
    : passPrompt(ctx, interaction);
}

/** On with the application's request. */
export async function passPrompt(ctx: PageContext, { uid, request }: Interaction): Promise<Answer> {
  const to = await ctx.interactions.finish(ctx, uid, {});
  return seeOther(to ?? ctx.interactions.restartUrl(request));
}
