import { z } from 'zod';
import { contestAlso, whatElse } from '../../../flows/contest-also.ts';
import { render, seeOther } from '../../frame/answer.ts';
import { page } from '../../frame/page.ts';
import { otherOptions, tickedIn } from './ask.ts';
import { ALSO_PATH, BLOCKED, readBlocked, showAlsoBlocked } from './blocked.ts';

const form = z.object({}).catchall(z.string());

/**
 * "Was this not you either?", once the account is blocked: what else was done lately is shown to nobody who has only found the link (docs/decisions/0008).
 * Who leaves here loses nothing: it can be said by each message as well.
 */
export const alsoPage = page(ALSO_PATH, {
  async get(ctx) {
    const note = readBlocked(ctx);
    const others = note ? await whatElse(ctx.ports, note) : [];
    if (others.length === 0) return seeOther(BLOCKED);
    const locals = { others: otherOptions(ctx, others), blocked: ctx.url(BLOCKED) };
    return render('not-me/also', ctx.t('not-me:also_legend'), locals, { returnTo: ALSO_PATH });
  },

  async post(ctx) {
    const also = tickedIn(ctx.form(form));
    const note = readBlocked(ctx);
    if (!note) return seeOther(BLOCKED);
    const { accountId, noticeId } = note;
    const outcome = await contestAlso(ctx.ports, ctx.visitor, { accountId, noticeId, also });
    return outcome.outcome === 'frozen' ? showAlsoBlocked(ctx, note, outcome) : seeOther(BLOCKED);
  },
});
