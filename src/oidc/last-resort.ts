import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ProviderPages } from '../flows/ports/interactions.ts';
import { exchangeOf, write } from './pages.ts';

type AnyContext = Pick<KoaContextWithOIDC, 'req' | 'res' | 'status' | 'body' | 'set'>;

/**
 * What the library answers with bare English text: an address that none of its routes has, and a fault outside of its own error
 * handling (of what follows a request, say), at which Koa would take the security headers off the response as well.
 */
export function lastResort(pages: ProviderPages): (ctx: AnyContext, next: () => Promise<unknown>) => Promise<void> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (thrown) {
      const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
      write(ctx, await pages.error(exchangeOf(ctx), { ...NOTHING_KNOWN, status: 500, error: 'server_error', cause }));
      return;
    }
    if (ctx.status !== 404 || (ctx.body !== undefined && ctx.body !== null)) return;
    const cause = new Error('no route of the provider has this address');
    write(ctx, await pages.error(exchangeOf(ctx), { ...NOTHING_KNOWN, status: 404, error: 'not_found', cause }));
  };
}

const NOTHING_KNOWN = { description: undefined, clientId: undefined, uiLocales: undefined };
