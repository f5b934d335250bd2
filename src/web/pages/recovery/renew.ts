import { asksForFactor } from '../../../flows/next.ts';
import type { Completed } from '../../../flows/outcome.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { newFactorPages } from '../new-factor/new-factor.ts';
import { newPasswordPage } from '../new-password/new-password.ts';
import { finished } from './done.ts';
import { stepsOf } from './steps.ts';
import { addressOf, isAnswer, NEW_FACTOR, NEW_PASSWORD, onward, STEP, type Walk, walkHere } from './walk.ts';

/** "Choose a new password" (SPEC T10). */
const passwordPage = newPasswordPage<Walk>(NEW_PASSWORD, {
  load: (ctx, method) => itsTurn(ctx, NEW_PASSWORD, method),
  onward: (ctx, outcome) => (outcome.outcome === 'advanced' ? onward(outcome) : finished(ctx, outcome)),
  turn: STEP,
  // Whoever walks the way back has proven what a full sign-in proves: the browser is known from then on.
  remembers: ({ journey }) => journey.goal === 'lift-freeze',
  around: (ctx, walk) => ({ steps: stepsOf(ctx, walk), before: beforePassword(ctx, walk) }),
});

/** "Register a new second factor" (SPEC T7), as everywhere, with what will happen said before. */
const factorPages = newFactorPages<Walk>(NEW_FACTOR, {
  load: (ctx, method) => itsTurn(ctx, NEW_FACTOR, method),
  done: (ctx, _walk, completed: Completed) =>
    completed.outcome === 'finished' ? finished(ctx, completed) : seeOther(STEP),
  turn: () => STEP,
  around: (ctx, walk) => ({
    steps: stepsOf(ctx, walk),
    before: beforeFactor(ctx, walk),
  }),
});

/** Leads to whatever is asked now. */
const stepPage = page(STEP, {
  async get(ctx) {
    const walk = await walkHere(ctx);
    return isAnswer(walk) ? walk : seeOther(addressOf(walk.next));
  },
});

export const renewPages: readonly Page[] = [passwordPage, ...factorPages, stepPage];

/** The walk when its turn has come, else the page whose turn it is. */
async function itsTurn(ctx: PageContext, path: string, method: 'GET' | 'POST'): Promise<Walk | Answer> {
  const walk = await walkHere(ctx);
  if (isAnswer(walk)) return walk;
  const turn = addressOf(walk.next);
  if (turn !== path) return seeOther(turn);
  // The session that the application's sign-in began in may be among those that end now.
  const { interactionUid } = walk.journey;
  if (method === 'POST' && interactionUid) await ctx.interactions.keep(ctx, interactionUid, walk.account.id);
  return walk;
}

/** What becomes of the second factors that there are: the policy may keep them where a restore code was used (SPEC S10). */
function beforeFactor({ t }: PageContext, { journey, verdict }: Walk): string {
  if (journey.goal === 'lift-freeze') return t('recovery:lift_before');
  const beside = verdict.verdict === 'allow' && verdict.effects.includes('add-second-factor');
  return t(beside ? 'recovery:beside_before' : 'factor:register_before');
}

/** A password that waits for a new second factor ends nothing yet: that page says what will happen. */
function beforePassword(ctx: PageContext, { account, journey, verdict }: Walk): string | undefined {
  if (journey.goal === 'lift-freeze')
    return ctx.t(asksForFactor(verdict) ? 'recovery:lift_factor_follows' : 'recovery:lift_before');
  if (journey.goal !== 'reset-password') return undefined;
  return ctx.t(account.boundToSecondFactor ? 'recovery:new_password_before_factor' : 'recovery:new_password_before');
}
