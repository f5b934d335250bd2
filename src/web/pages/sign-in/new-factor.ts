import { seeOther } from '../../frame/answer.ts';
import { newFactorPages } from '../new-factor/new-factor.ts';
import { finish } from './go-on.ts';
import { linksOf } from './links.ts';
import { loadBegun, signInPath } from './load.ts';

/** A second factor that is owed before the session opens: the first one of an account, or one that has to be registered anew. */
export const newFactorAtSignIn = newFactorPages('/sign-in/:uid/new-factor', {
  load: async (ctx, method) => {
    const at = await loadBegun(ctx);
    if ('kind' in at) return at;
    // The account's sessions end with the first factor, the one that this sign-in began in among them.
    if (method === 'POST' && at.account) await ctx.interactions.keep(ctx, at.interaction.uid, at.account.id);
    const here = at.next.page === 'new-factor' || method === 'POST';
    return here ? at : seeOther(signInPath(at.interaction.uid));
  },
  done: (ctx, { interaction }, completed) =>
    completed.outcome === 'signed-in'
      ? finish(ctx, interaction, completed, { sessionsEnded: interaction.session !== null, enrolled: true })
      : seeOther(signInPath(interaction.uid)),
  turn: ({ interaction }) => signInPath(interaction.uid),
  around: (ctx, { interaction }) => ({ links: linksOf(ctx, interaction) }),
});
