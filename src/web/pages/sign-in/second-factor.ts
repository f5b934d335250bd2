import { z } from 'zod';
import type { Journey } from '../../../domain/journey.ts';
import type { SecondFactorKind } from '../../../domain/policy.ts';
import { chooseMethod } from '../../../flows/choose-method.ts';
import { type ProofOutcome, refused } from '../../../flows/outcome.ts';
import { proveEmergencyCode } from '../../../flows/prove-emergency-code.ts';
import { proveSmsCode } from '../../../flows/prove-sms-code.ts';
import { proveTotp } from '../../../flows/prove-totp.ts';
import { sendSmsAgain } from '../../../flows/send-sms-code.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext } from '../../frame/page.ts';
import { emergencyRefusalText } from './emergency-refusal.ts';
import { goOn } from './go-on.ts';
import { loadBegun, type SigningIn, signInPath, standAt } from './load.ts';
import { factorRefusalText, failing, waitWords } from './refusal-text.ts';
import { showNext } from './show.ts';

const codeForm = z.object({ code: field() });
const methodForm = z.object({ method: z.enum(['totp', 'passkey', 'sms-code', 'emergency-code']) });

/** What the page "Second factor" posts to. Opened by themselves these addresses show what is asked. */
export const secondFactorPages: readonly Page[] = [
  formOnly('/sign-in/:uid/totp', (ctx, at) => byCode(ctx, at, 'totp', proveTotp)),
  formOnly('/sign-in/:uid/sms', (ctx, at) => byCode(ctx, at, 'sms-code', proveSmsCode)),
  formOnly('/sign-in/:uid/sms/again', sendAgain),
  formOnly('/sign-in/:uid/emergency-code', byEmergencyCode),
  formOnly('/sign-in/:uid/method', async (ctx, at) => {
    await chooseMethod(ctx.ports, ctx.visitor, at.journey, ctx.form(methodForm).method);
    return seeOther(signInPath(at.interaction.uid));
  }),
];

function formOnly(path: `/sign-in/:uid/${string}`, post: (ctx: PageContext, at: SigningIn) => Promise<Answer>): Page {
  return {
    path,
    get: (ctx) => seeOther(signInPath(ctx.params['uid'] ?? '')),
    post: async (ctx) => {
      const at = await loadBegun(ctx);
      return 'kind' in at ? at : post(ctx, at);
    },
  };
}

async function byCode(
  ctx: PageContext,
  at: SigningIn,
  method: SecondFactorKind,
  prove: typeof proveTotp,
): Promise<Answer> {
  const { code } = ctx.form(codeForm);
  const outcome: ProofOutcome = await prove(ctx.ports, ctx.visitor, at.journey, code);
  return goOn(ctx, at, outcome, (refusal) => {
    const text = factorRefusalText(ctx, method, refusal, code);
    return showNext(ctx, at, failing(refusal, { field: 'code', text }));
  });
}

/** In place of the authenticator's code (SPEC M3). It is letters and digits: what was mistyped may be looked at, so it is put back where it is no code. */
async function byEmergencyCode(ctx: PageContext, at: SigningIn): Promise<Answer> {
  const { code } = ctx.form(codeForm);
  const outcome = await proveEmergencyCode(ctx.ports, ctx.visitor, at.journey, code);
  if (outcome.outcome === 'refused' && outcome.reason !== 'not-asked') {
    const text = emergencyRefusalText(ctx, at, outcome, code);
    const shown = { ...at, ...standAt(ctx, at.interaction, chosen(at.journey), at.account) };
    return showNext(ctx, shown, {
      errors: [{ field: 'code', text }],
      ...(outcome.reason === 'slow-down' && { status: 429 }),
    });
  }
  const step: ProofOutcome = outcome.outcome === 'refused' ? refused('not-asked') : outcome;
  return goOn(ctx, at, step, () => seeOther(signInPath(at.interaction.uid)));
}

/** The page of the form that was sent, also where another method was chosen meanwhile in another tab. */
const chosen = (journey: Journey): Journey => ({ ...journey, state: { ...journey.state, method: 'emergency-code' } });

async function sendAgain(ctx: PageContext, at: SigningIn): Promise<Answer> {
  const outcome = await sendSmsAgain(ctx.ports, ctx.visitor, at.journey);
  if (outcome.outcome === 'advanced' || outcome.reason === 'not-asked') return seeOther(signInPath(at.interaction.uid));
  const text = ctx.t('factor:again_slow', { when: waitWords(ctx, outcome.until ?? ctx.ports.now()) });
  return showNext(ctx, at, failing(outcome, { text }));
}
