import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OidcDependencies } from './dependencies.ts';
import { isOwnClient } from './own-clients.ts';
import { exchangeOf } from './pages.ts';

/**
 * Notes when an application was used last: at each authorization request that succeeds and at each refresh. Nothing of the answer
 * hangs on it: a rotated refresh token whose answer is lost would be the end of its family.
 */
export function noteUses(
  provider: Provider,
  { applications, events, now }: Pick<OidcDependencies, 'applications' | 'events' | 'now'>,
): void {
  const used = new WeakSet<object>();
  provider.on('authorization.success', (ctx) => used.add(ctx));
  provider.on('grant.success', (ctx) => {
    if (ctx.oidc.params?.['grant_type'] === 'refresh_token') used.add(ctx);
  });
  provider.use(async (ctx: Context, next) => {
    await next();
    if (!used.has(ctx)) return;
    const { account, client }: KoaContextWithOIDC['oidc'] = ctx['oidc'];
    if (!account || !client || isOwnClient(client.clientId)) return;
    await applications.touch(account.accountId, client.clientId, now()).catch((error: Error) => {
      events.fault(exchangeOf(ctx), error);
    });
  });
}
