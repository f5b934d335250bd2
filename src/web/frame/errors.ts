import type { Middleware } from 'koa';
import { problemPage } from './error-page.ts';
import { failureOf } from './failure.ts';
import type { Frame } from './frame.ts';
import { PROBLEMS } from './problem.ts';
import { type Scene, sceneOf } from './scene.ts';
import { send } from './send.ts';

/**
 * The outermost catch: whatever is thrown below becomes a page or JSON with the right status and a reference number that is
 * in the log (ASVS 16.5.2, 16.5.4). What a person or a scanner did is no fault and is logged quietly.
 */
export function errorPages(frame: Frame): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const scene = sceneOf(frame, ctx);
      const failure = failureOf(error);
      logFailure(frame, scene, failure.problem, error);
      // the provider had begun to answer; nothing can be added to that
      if (ctx.res.headersSent) return;
      ctx.respond = true;
      send(ctx, await problemPage(frame, scene, failure.problem, failure.retryAfter));
      // a body that is still coming is not read to its end
      if (!ctx.req.complete) ctx.set('connection', 'close');
    }
  };
}

export function logFailure(
  { log }: Frame,
  { visit, ctx }: Scene,
  problem: keyof typeof PROBLEMS,
  error: unknown,
): void {
  const line = { reference: visit.reference, problem, method: ctx.method, route: visit.route };
  if (PROBLEMS[problem].status >= 500)
    log[problem === 'busy' ? 'warn' : 'error']({ ...line, err: error }, 'request failed');
  else log.debug({ ...line, err: error }, 'request refused');
}
