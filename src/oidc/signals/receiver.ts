import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Client as ProviderClient } from 'oidc-provider';

export const READ = 'ssf.read';
export const MANAGE = 'ssf.manage';

/**
 * Which application asks: by an access token of its own (client credentials) with that scope (CAEP Interoperability Profile 1.0, 2.7.2). Answers
 * 401 or 403 in the form of RFC 6750 3 and returns nothing when it may not. A token bound to a key is refused here: its proof is not checked.
 */
export async function receiverOf(
  ctx: Context,
  provider: Provider,
  scope: typeof READ | typeof MANAGE,
): Promise<ProviderClient | undefined> {
  const [, value] = /^Bearer ([\w~+/.-]{1,200}=*)$/i.exec(ctx.get('authorization')) ?? [];
  if (value === undefined) return refuse(ctx, 401, 'Bearer');
  const token = await provider.ClientCredentials.find(value);
  const client =
    token?.clientId && !token.isSenderConstrained() ? await provider.Client.find(token.clientId) : undefined;
  if (!token || !client) return refuse(ctx, 401, 'Bearer error="invalid_token"');
  const held = token.scope?.split(' ') ?? [];
  if (held.includes(MANAGE) || (scope === READ && held.includes(READ))) return client;
  return refuse(ctx, 403, `Bearer error="insufficient_scope", scope="${scope}"`);
}

function refuse(ctx: Context, status: number, challenge: string): undefined {
  ctx.status = status;
  ctx.set('www-authenticate', challenge);
  ctx.body = null;
  ctx.status = status;
  return undefined;
}
