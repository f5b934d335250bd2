import { z } from 'zod';
import { contestAct, previewOwnContest } from '../../../../flows/account/contest-act.ts';
import { type Answer, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { showAsk, tickedIn } from '../../not-me/ask.ts';
import { showBlocked } from '../../not-me/blocked.ts';
import { consolePage, notAllowed } from '../console-page.ts';

const form = z.object({}).catchall(z.string());

/** "It wasn't me" to an act that stands in the activity or in the banner: the page of the e-mail, without its digits. */
export const notMeHerePage = consolePage('/account/notices/:id/not-me', {
  section: 'activity',
  async get(ctx, owner) {
    const found = await previewOwnContest(ctx.ports, owner, idIn(ctx));
    return found ? showAsk(ctx, found, { path: pathOf(ctx), digits: false }) : closed(ctx);
  },

  async post(ctx, owner) {
    const also = tickedIn(ctx.form(form));
    const outcome = await contestAct(ctx.ports, owner, idIn(ctx), also);
    if (outcome.outcome === 'frozen') return showBlocked(ctx, outcome, idIn(ctx));
    return outcome.outcome === 'refused' ? closed(ctx) : notAllowed(ctx, pathOf(ctx), outcome);
  },
});

const idIn = ({ params }: PageContext): string => params['id'] ?? '';
const pathOf = (ctx: PageContext): string => notMeHerePath(idIn(ctx));

/** Where the act of this id is contested. */
export const notMeHerePath = (noticeId: string): string => `/account/notices/${encodeURIComponent(noticeId)}/not-me`;

/** Reported already, or nothing that can be stopped. */
function closed(ctx: PageContext): Answer {
  const locals = { devices: ctx.url('/account/devices'), activity: ctx.url('/account/activity') };
  return render('not-me/closed', ctx.t('not-me:closed_title'), locals, { status: 410 });
}
