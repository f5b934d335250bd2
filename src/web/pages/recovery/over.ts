import { render } from '../../frame/answer.ts';
import { page } from '../../frame/page.ts';
import { dropLink } from '../links/link-note.ts';
import { readOrigin } from '../sign-in/origin.ts';
import { journeyHere, OVER, START } from './walk.ts';

/**
 * A link or a recovery that is over: expired, finished (here or in another browser), or never was. Says the same for each that a
 * stranger must not tell apart, that nothing was changed by this page, and offers to start again.
 */
export const overPage = page(OVER, {
  async get(ctx) {
    const journey = await journeyHere(ctx);
    const ended = journey !== undefined && journey.completedAt !== null;
    const request = journey?.request ?? readOrigin(ctx)?.request;
    dropLink(ctx);
    const locals = {
      ended,
      onward: ended ? (request ? ctx.interactions.restartUrl(request) : ctx.url('/account')) : undefined,
      again: ctx.url(START),
      support: ctx.brand.supportHref,
    };
    return render('recovery/over', ctx.t(ended ? 'recovery:ended_title' : 'recovery:over_title'), locals, {
      status: ended ? 200 : 410,
    });
  },
});
