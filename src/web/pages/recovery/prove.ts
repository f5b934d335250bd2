import { z } from 'zod';
import { chooseMethod } from '../../../flows/choose-method.ts';
import type { ProofOutcome } from '../../../flows/outcome.ts';
import { provePasskey } from '../../../flows/prove-passkey.ts';
import { provePassword } from '../../../flows/prove-password.ts';
import { proveSmsCode } from '../../../flows/prove-sms-code.ts';
import { proveTotp } from '../../../flows/prove-totp.ts';
import { sendSmsAgain } from '../../../flows/send-sms-code.ts';
import { type Answer, type PageSettings, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { readResponse } from '../new-factor/response.ts';
import { factorRefusalText, failing } from '../sign-in/refusal-text.ts';
import { againRefused, passwordRefused } from './refusals.ts';
import { showFactor, showPassword, showSms } from './show-proof.ts';
import { addressOf, FACTOR, isAnswer, onward, PASSWORD, SMS, STEP, type Walk, walkHere } from './walk.ts';

const codeForm = z.object({ code: field() });
const passwordForm = z.object({ password: field() });
const responseForm = z.object({ response: field(65_536) });
const methodForm = z.object({ method: z.enum(['totp', 'passkey', 'sms-code']) });

type Show = (ctx: PageContext, walk: Walk, settings: PageSettings) => Answer | Promise<Answer>;
/** Takes what was posted. `refused`: what to say when the flow did not take it. */
interface Taken {
  readonly outcome: ProofOutcome;
  readonly refused: (outcome: Extract<ProofOutcome, { outcome: 'refused' }>) => PageSettings;
}
type Take = (ctx: PageContext, walk: Walk) => Promise<Taken | { readonly missing: PageSettings }>;

const takePassword: Take = async (ctx, { journey }) => {
  const { password } = ctx.form(passwordForm);
  if (password === '') return { missing: { errors: [{ field: 'password', text: ctx.t('sign-in:password_missing') }] } };
  const outcome = await provePassword(ctx.ports, ctx.visitor, journey, password);
  return { outcome, refused: (refusal) => passwordRefused(ctx, refusal) };
};

const takeCode =
  (method: 'totp' | 'sms-code', prove: typeof proveTotp): Take =>
  async (ctx, { journey }) => {
    const { code } = ctx.form(codeForm);
    const outcome = await prove(ctx.ports, ctx.visitor, journey, code);
    return {
      outcome,
      refused: (refusal) => failing(refusal, { field: 'code', text: factorRefusalText(ctx, method, refusal, code) }),
    };
  };

const takePasskey: Take = async (ctx, { journey }) => {
  const response = readResponse(ctx.form(responseForm).response);
  const outcome = await provePasskey(ctx.ports, ctx.visitor, journey, response);
  return {
    outcome,
    refused: (refusal) => failing(refusal, { text: factorRefusalText(ctx, 'passkey', refusal) }),
  };
};

const takeMethod: Take = async (ctx, { journey }) => ({
  outcome: await chooseMethod(ctx.ports, ctx.visitor, journey, ctx.form(methodForm).method),
  refused: () => ({}),
});

const takeAgain: Take = async (ctx, { journey }) => ({
  outcome: await sendSmsAgain(ctx.ports, ctx.visitor, journey),
  refused: (refusal) => againRefused(ctx, refusal),
});

/** The proofs that a recovery asks for: the password (SPEC T5), a code by SMS (T6), a second factor that is still held (T10). */
export const provePages: readonly Page[] = [
  shown(PASSWORD, showPassword, takePassword),
  shown(SMS, showSms, takeCode('sms-code', proveSmsCode)),
  taking(`${SMS}/again`, SMS, showSms, takeAgain),
  shown(FACTOR, showFactor),
  taking(`${FACTOR}/totp`, FACTOR, showFactor, takeCode('totp', proveTotp)),
  taking(`${FACTOR}/passkey`, FACTOR, showFactor, takePasskey),
  taking(`${FACTOR}/method`, undefined, showFactor, takeMethod),
];

/** A page that is shown at `path` when it is its turn; `take`: what its form posts to that same address. */
function shown(path: string, show: Show, take?: Take): Page {
  return page(path, {
    async get(ctx) {
      const walk = await walkHere(ctx);
      if (isAnswer(walk)) return walk;
      const turn = addressOf(walk.next);
      return turn === path ? show(ctx, walk, {}) : seeOther(turn);
    },
    ...(take && { post: posted(path, show, take) }),
  });
}

/** An address that only takes a form, of the page at `home`; opened by itself it leads to what is asked. */
function taking(path: string, home: string | undefined, show: Show, take: Take): Page {
  return page(path, { get: () => seeOther(STEP), post: posted(home, show, take) });
}

/**
 * What is out of turn (skipped, replayed, an old tab, another tab was faster) leads to the page whose turn it is; the flow refuses
 * it in any case (ATTACKS A1).
 */
function posted(home: string | undefined, show: Show, take: Take): (ctx: PageContext) => Promise<Answer> {
  return async (ctx) => {
    const walk = await walkHere(ctx);
    if (isAnswer(walk)) return walk;
    const turn = addressOf(walk.next);
    if (home !== undefined && turn !== home) return seeOther(turn);
    const taken = await take(ctx, walk);
    if ('missing' in taken) return show(ctx, walk, taken.missing);
    const { outcome } = taken;
    if (outcome.outcome === 'advanced') return onward(outcome);
    return outcome.reason === 'not-asked' ? seeOther(STEP) : show(ctx, walk, taken.refused(outcome));
  };
}
