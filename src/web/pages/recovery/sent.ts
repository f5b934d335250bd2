import { z } from 'zod';
import type { Journey } from '../../../domain/journey.ts';
import { sendRecoveryMailAgain } from '../../../flows/begin-recovery.ts';
import { proveRecoveryCode } from '../../../flows/prove-recovery-code.ts';
import { RESEND_AFTER_MS } from '../../../flows/send-sms-code.ts';
import { formatTime } from '../../../i18n/dates.ts';
import { type Answer, type PageError, render, seeOther } from '../../frame/answer.ts';
import { field } from '../../frame/form.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { codeError } from './errors.ts';
import { CHOOSE, DONE, journeyHere, OVER, SENT } from './walk.ts';

/** The page that waits for the e-mail (SPEC T2). It knows nothing of the account and says the same for every name. */
const sent = page(SENT, {
  async get(ctx) {
    const journey = await waiting(ctx);
    return 'proofs' in journey ? show(ctx, journey) : journey;
  },

  async post(ctx) {
    const { code } = ctx.form(z.object({ code: field(200) }));
    const journey = await waiting(ctx);
    if (!('proofs' in journey)) return journey;
    const outcome = await proveRecoveryCode(ctx.ports, ctx.visitor, journey, code);
    if (outcome.outcome === 'proved' || outcome.reason === 'not-asked') return seeOther(CHOOSE);
    return show(ctx, journey, [codeError(ctx, outcome, 'email')]);
  },
});

const again = page(`${SENT}/again`, {
  get: () => seeOther(SENT),
  async post(ctx) {
    const journey = await waiting(ctx);
    if (!('proofs' in journey)) return journey;
    const outcome = await sendRecoveryMailAgain(ctx.ports, ctx.visitor, journey);
    return outcome.outcome === 'refused' && outcome.reason === 'slow-down'
      ? show(ctx, journey, [codeError(ctx, outcome, 'again')])
      : seeOther(SENT);
  },
});

export const sentPages = [sent, again];

async function waiting(ctx: PageContext): Promise<Journey | Answer> {
  const journey = await journeyHere(ctx);
  if (!journey) return seeOther(OVER);
  if (journey.completedAt !== null) return seeOther(ctx.cookies.note('receipt') ? DONE : OVER);
  return journey.proofs.length > 0 ? seeOther(CHOOSE) : journey;
}

function show(ctx: PageContext, journey: Journey, errors: readonly PageError[] = []): Answer {
  const againAt = (journey.state.sentAt ?? 0) + RESEND_AFTER_MS;
  return render(
    'recovery/sent',
    ctx.t('recovery:sent_title'),
    {
      identifier: journey.identifier,
      seconds: Math.max(0, (againAt - ctx.ports.now()) / 1000),
      until: formatTime(ctx.locale, againAt),
      again: ctx.url(`${SENT}/again`),
      sends: journey.state.sends ?? 1,
      other: ctx.url('/lost-credentials'),
      support: ctx.brand.supportHref,
    },
    { errors },
  );
}
