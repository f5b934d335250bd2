import type { EventEmitter } from 'node:events';
import type Provider from 'oidc-provider';
import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { USED_AT_ONCE } from './adapter.ts';
import type { ProviderEvents } from './dependencies.ts';
import { exchangeOf } from './pages.ts';

const REFUSALS = [
  'authorization.error',
  'grant.error',
  'userinfo.error',
  'introspection.error',
  'revocation.error',
  'pushed_authorization_request.error',
  'end_session.error',
  'end_session_confirm.error',
  'end_session_success.error',
] as const;

/** What oidc-provider, and our adapter where several come at once, say of a token that was used before. */
const REUSE = ['refresh token already used', USED_AT_ONCE];

/** Hands oidc-provider's events on; part of the factory, since a Provider is replaced with its keys. */
export function reportEvents(provider: Provider, events: ProviderEvents): void {
  // Its types know an overload for each event, which does not go with a list.
  const emitter: EventEmitter = provider;
  emitter.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => events.fault(exchangeOf(ctx), error));
  // What Koa could not answer: not what merely was a bad request.
  emitter.on('error', (error: Error) => {
    if (!('expose' in error && error.expose === true)) events.fault(undefined, error);
  });
  emitter.on('backchannel.error', (_ctx: KoaContextWithOIDC, error: Error, client: Client) =>
    events.notTold(client.clientId, error),
  );
  emitter.on('grant.error', (ctx: KoaContextWithOIDC, error: Error) => {
    const token = ctx.oidc?.entities.RefreshToken;
    const { detail } = problemOf(ctx, error);
    if (!token?.accountId || !token.clientId || !REUSE.includes(detail ?? '')) return;
    events.reused(exchangeOf(ctx), { accountId: token.accountId, clientId: token.clientId });
  });
  for (const event of REFUSALS) {
    emitter.on(event, (ctx: KoaContextWithOIDC, error: Error) =>
      events.refused(exchangeOf(ctx), event, problemOf(ctx, error)),
    );
  }
}

function problemOf(
  ctx: KoaContextWithOIDC,
  error: Error,
): { error: string; detail: string | undefined; clientId: string | undefined } {
  const known = error instanceof errors.OIDCProviderError;
  return {
    error: known ? error.error : error.message,
    detail: known ? (error.error_detail ?? error.error_description) : undefined,
    clientId: ctx.oidc?.client?.clientId,
  };
}
