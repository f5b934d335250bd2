import type { Middleware } from 'koa';
import type { Log } from '../../observability/log.ts';
import { visitOf } from './visit.ts';

/**
 * One line per request, with the reference number that error pages show and the answer carries as `X-Request-Id`. Paths are patterns and
 * queries are left out: links, codes and identifiers never get there (ASVS 16.2.5, ATTACKS A6). Health checks are for debugging only.
 */
export function requestLog(log: Log): Middleware {
  return async (ctx, next) => {
    const visit = visitOf(ctx.req);
    ctx.set('x-request-id', visit.reference);
    ctx.res.once('close', () => {
      const path = visit.route ?? patternOf(ctx.path);
      log[path.startsWith('/health/') ? 'debug' : 'info'](
        {
          reference: visit.reference,
          method: ctx.method,
          path,
          status: ctx.res.statusCode,
          ms: Math.round(performance.now() - visit.startedAt),
          ip: ctx.ip,
          ...(!ctx.res.writableFinished && { aborted: true }),
        },
        'request',
      );
    });
    await next();
  };
}

/** `/auth/V1StGXR8_Z5j` → `/auth/:x`: of an address that is not ours only plain words are kept. */
export function patternOf(path: string): string {
  return path
    .split('/', 8)
    .map((segment) => (/^[a-z._-]{0,32}$/.test(segment) ? segment : ':x'))
    .join('/');
}
