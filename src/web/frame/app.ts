import type { IncomingMessage, ServerResponse } from 'node:http';
import Koa, { type Middleware } from 'koa';
import type { Interactions } from '../../flows/ports/interactions.ts';
import { errorPages } from './errors.ts';
import type { Frame } from './frame.ts';
import type { Page } from './page.ts';
import { pageRoutes } from './pages.ts';
import { Problem } from './problem.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { visitOf } from './visit.ts';
import { visitorOf } from './visitor.ts';

/** The provider's handler; whoever makes it swaps the provider inside when keys change. */
export type ProviderCallback = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * Everything that answers HTTP below the issuer: our pages first, then the provider. Host and scheme of a request were set to the
 * issuer's by the outermost handler (see `startServer`); nothing here makes a link from them.
 */
export function createApp(parts: {
  readonly frame: Frame;
  readonly pages: readonly Page[];
  readonly interactions: Interactions;
  readonly provider: ProviderCallback;
}): Koa {
  const { frame, pages, interactions, provider } = parts;
  const app = new Koa();
  app.proxy = frame.trustProxy > 0;
  app.maxIpsCount = frame.trustProxy;
  app.use(requestLog(frame.log));
  app.use(securityHeaders(frame.addresses));
  app.use(errorPages(frame));
  app.use(notStored);
  app.use(onlyBelowIssuer);
  app.use(pageRoutes(frame, interactions, pages));
  app.use(async (ctx) => {
    ctx.respond = false;
    visitOf(ctx.req).visitor = visitorOf(ctx, null);
    await provider(ctx.req, ctx.res);
  });
  // what errorPages could not turn into a page: the connection is gone, or the page itself failed
  app.on('error', (error: unknown) => {
    if (hasLeft(error)) frame.log.debug('the browser went away before the answer was over');
    else frame.log.error({ err: error }, 'request failed');
  });
  return app;
}

/** Whoever closes a page that listens, or stops a download: nothing has failed. */
const hasLeft = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';

const onlyBelowIssuer: Middleware = (ctx, next) => {
  if (!visitOf(ctx.req).below) throw new Problem('not-found');
  return next();
};

/** No page is kept by a browser or anything on the way (ASVS 14.3.2). The provider's answers too, save what applications fetch and keep. */
const notStored: Middleware = (ctx, next) => {
  if (!/^\/(\.well-known\/|jwks$)/.test(ctx.path)) ctx.set('cache-control', 'no-store');
  return next();
};
