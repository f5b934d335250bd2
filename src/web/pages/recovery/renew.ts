import { z } from 'zod';
import { leastLength } from '../../../domain/password-rules.ts';
import { nextPage } from '../../../flows/next.ts';
import { setPassword } from '../../../flows/set-password.ts';
import { type Answer, type PageError, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { newFactorPages } from '../new-factor/new-factor.ts';
import { finished } from './finished.ts';
import { addressOf, around, isAnswer, STEP, stepsOf, type Walk, walkHere } from './walk.ts';

const NEW_PASSWORD = '/lost-credentials/new-password';
const NEW_FACTOR = '/lost-credentials/new-factor';

/** "Choose a new password". */
const newPasswordPage = page(NEW_PASSWORD, {
  async get(ctx) {
    const walk = await walkHere(ctx);
    if (isAnswer(walk)) return walk;
    const turn = addressOf(walk.next);
    return turn === NEW_PASSWORD ? showNewPassword(ctx, walk) : seeOther(turn);
  },

  async post(ctx) {
    const { password } = ctx.form(z.object({ password: field() }));
    const walk = await walkHere(ctx);
    if (isAnswer(walk)) return walk;
    if (walk.journey.interactionUid) await ctx.interactions.release(walk.journey.interactionUid);
    const outcome = await setPassword(ctx.ports, ctx.visitor, walk.journey, password);
    switch (outcome.outcome) {
      case 'advanced':
        return seeOther(addressOf(nextPage(outcome.journey, outcome.account, outcome.verdict)));
      case 'finished':
        return finished(ctx, outcome);
      case 'signed-in':
        return seeOther(STEP);
      case 'refused': {
        if (outcome.reason === 'not-asked') return seeOther(STEP);
        const least = leastOf(walk);
        const text = ctx.t(password === '' ? 'recovery:new_password_missing' : `recovery:password_${outcome.reason}`, {
          least,
        });
        return showNewPassword(ctx, walk, { field: 'password', text });
      }
    }
  },
});

/** "Register a new second factor" (SPEC T7), as everywhere, with what will happen said before. */
const factorPages = newFactorPages<Walk>(NEW_FACTOR, {
  async load(ctx, method) {
    const walk = await walkHere(ctx);
    if (isAnswer(walk)) return walk;
    const turn = addressOf(walk.next);
    if (method === 'GET' && turn !== NEW_FACTOR) return seeOther(turn);
    // The session that the application's sign-in began in may be among those that end now.
    if (method === 'POST' && walk.journey.interactionUid) await ctx.interactions.release(walk.journey.interactionUid);
    return walk;
  },
  done: (ctx, _walk, completed) => (completed.outcome === 'finished' ? finished(ctx, completed) : seeOther(STEP)),
  turn: () => STEP,
  around: (ctx, walk) => ({ steps: stepsOf(ctx, walk), before: ctx.t('factor:register_before') }),
});

/** Leads to whatever is asked now. */
const stepPage = page(STEP, {
  async get(ctx) {
    const walk = await walkHere(ctx);
    return isAnswer(walk) ? walk : seeOther(addressOf(walk.next));
  },
});

export const renewPages: readonly Page[] = [newPasswordPage, ...factorPages, stepPage];

const leastOf = ({ account }: Walk) => leastLength(account.policy, account.boundToSecondFactor);

function showNewPassword(ctx: PageContext, walk: Walk, error?: PageError): Answer {
  const locals = {
    username: walk.account.username,
    least: leastOf(walk),
    keepsFactor: walk.account.boundToSecondFactor && walk.journey.goal === 'reset-password',
  };
  const settings = around(ctx, walk, error ? { errors: [error] } : {});
  return render('recovery/new-password', ctx.t('recovery:new_password_title'), locals, settings);
}
