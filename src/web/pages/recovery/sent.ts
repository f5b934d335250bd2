import { z } from 'zod';
import { isMailboxProven, type Journey } from '../../../domain/journey.ts';
import { sendRecoveryMailAgain } from '../../../flows/begin-recovery.ts';
import { proveRecoveryCode } from '../../../flows/prove-recovery-code.ts';
import { RESEND_AFTER_MS } from '../../../flows/send-sms-code.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';
import { requestPath } from '../emergency/request-path.ts';
import { dropLink } from '../links/link-note.ts';
import { againRefused, emailCodeRefused } from './refusals.ts';
import { CHOOSE, endOf, journeyHere, OVER, SENT, START } from './walk.ts';

const form = z.object({ code: field() });

/** The page that waits for the e-mail (SPEC T2). It knows nothing of the account and says the same for every name. */
const sent = page(SENT, {
  async get(ctx) {
    const journey = await waiting(ctx);
    return 'proofs' in journey ? show(ctx, journey) : journey;
  },

  async post(ctx) {
    const { code } = ctx.form(form);
    const journey = await waiting(ctx);
    if (!('proofs' in journey)) return journey;
    const secret = ctx.cookies.prepare('recovery');
    const outcome = await proveRecoveryCode(ctx.ports, ctx.visitor, journey, code, secret.hash);
    if (outcome.outcome === 'proved') {
      secret.give();
      // What was typed last counts, not a link that was opened before.
      dropLink(ctx);
      return seeOther(CHOOSE);
    }
    return outcome.reason === 'not-asked' ? seeOther(CHOOSE) : show(ctx, journey, emailCodeRefused(ctx, outcome, code));
  },
});

const again = page(`${SENT}/again`, {
  get: () => seeOther(SENT),
  async post(ctx) {
    const journey = await waiting(ctx);
    if (!('proofs' in journey)) return journey;
    const outcome = await sendRecoveryMailAgain(ctx.ports, ctx.visitor, journey);
    if (outcome.outcome === 'sent' || outcome.reason === 'not-asked') return seeOther(SENT);
    return show(ctx, journey, againRefused(ctx, outcome));
  },
});

export const sentPages: readonly Page[] = [sent, again];

/** This browser's recovery while it waits for its e-mail, or where it has got to. */
async function waiting(ctx: PageContext): Promise<Journey | Answer> {
  const journey = await journeyHere(ctx);
  if (!journey) return seeOther(OVER);
  if (journey.completedAt !== null) return seeOther(endOf(ctx));
  return isMailboxProven(journey) ? seeOther(CHOOSE) : journey;
}

async function show(ctx: PageContext, journey: Journey, settings: PageSettings = {}): Promise<Answer> {
  const policy = (await ctx.ports.store.accounts.policyFor(ctx.organization.id))?.policy;
  const { sentAt = 0, sends = 1 } = journey.state;
  const locals = {
    identifier: journey.identifier,
    seconds: Math.max(0, (sentAt + RESEND_AFTER_MS - ctx.ports.now()) / 1000),
    action: ctx.url(SENT),
    again: ctx.url(`${SENT}/again`),
    sends,
    restoring: journey.state.restoring === true,
    other: ctx.url(START),
    ask: requestPath(ctx, policy),
    support: ctx.brand.supportHref,
  };
  return render('recovery/sent', ctx.t('recovery:sent_title'), locals, { returnTo: SENT, ...settings });
}
