import { render } from '../../frame/answer.ts';
import { page } from '../../frame/page.ts';
import { readOrigin } from '../sign-in/origin.ts';
import { journeyHere, OVER } from './walk.ts';

/**
 * A link or a recovery that is over: expired, finished (here or in another browser), or never was. Says the same for each that a
 * stranger must not tell apart, that nothing was changed by this page, and offers to start again.
 */
export const overPage = page(OVER, {
  async get(ctx) {
    const journey = await journeyHere(ctx);
    const ended = journey !== undefined && journey.completedAt !== null;
    const origin = readOrigin(ctx);
    const request = journey?.request ?? origin?.request;
    ctx.cookies.clear('link');
    const locals = {
      ended,
      onward: ended && request ? ctx.interactions.restartUrl(request) : undefined,
      again: ctx.url('/lost-credentials'),
      support: ctx.brand.supportHref,
    };
    return render('recovery/over', ctx.t(ended ? 'recovery:ended_title' : 'recovery:over_title'), locals, {
      status: ended ? 200 : 410,
    });
  },
});
