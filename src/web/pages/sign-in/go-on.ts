import type { Journey } from '../../../domain/journey.ts';
import { completeSignIn } from '../../../flows/complete-sign-in.ts';
import { nextPage } from '../../../flows/next.ts';
import type { ProofOutcome, Refused, SignedIn } from '../../../flows/outcome.ts';
import type { Interaction } from '../../../flows/ports/interactions.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { rememberingDevice } from '../new-factor/device.ts';
import { showDeadEnd } from './dead-end.ts';
import { journeyCookie, type SigningIn, signInPath } from './load.ts';

/**
 * After a proof: the next page, or the end. `explain` says what was wrong with it; out of turn (skipped, replayed, another tab was faster)
 * leads to the page whose turn it is (ATTACKS A1).
 */
export async function goOn(
  ctx: PageContext,
  at: SigningIn,
  outcome: ProofOutcome,
  explain: (refusal: Refused) => Answer | Promise<Answer>,
): Promise<Answer> {
  const { interaction } = at;
  if (outcome.outcome === 'refused') {
    if (outcome.reason === 'not-asked') return seeOther(signInPath(interaction.uid));
    return outcome.reason === 'account-suspended' ? showDeadEnd(ctx, at, [outcome.reason]) : explain(outcome);
  }
  const next = nextPage(outcome.journey, outcome.account, outcome.verdict);
  return next.page === 'complete' ? complete(ctx, at, outcome.journey) : seeOther(signInPath(interaction.uid));
}

/** Everything is proven: ends the journey and hands its outcome to the provider. */
export async function complete(ctx: PageContext, at: SigningIn, journey: Journey): Promise<Answer> {
  const { interaction } = at;
  const done = await rememberingDevice(ctx, (visitor) => completeSignIn(ctx.ports, visitor, journey));
  if (done.outcome !== 'refused') return finish(ctx, interaction, done);
  return done.reason === 'browser-blocked'
    ? showDeadEnd(ctx, at, [done.reason])
    : seeOther(signInPath(interaction.uid));
}

/**
 * Signed in: on to the application, or to its request started anew when the interaction ended meanwhile. `sessionsEnded`: with the
 * last step, among them the one that this began in; the interaction was kept. `enrolled`: with the account's first second factor.
 */
export async function finish(
  ctx: PageContext,
  interaction: Interaction,
  done: SignedIn,
  { sessionsEnded = false, enrolled = false } = {},
): Promise<Answer> {
  ctx.cookies.clear(journeyCookie(interaction.uid));
  const to = await ctx.interactions.finish(ctx, interaction.uid, {
    login: { accountId: done.account.id, ...done.assurance },
    journeyId: done.journey.id,
    ...(sessionsEnded && { recovered: true }),
    ...(enrolled && { enrolled }),
  });
  return seeOther(to ?? ctx.interactions.restartUrl(interaction.request));
}
