import type { Context, Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OidcDependencies } from './dependencies.ts';
import { exchangeOf } from './pages.ts';

/** The key in an interaction's result that names the journey. */
export const JOURNEY = 'journey';

type Provided = KoaContextWithOIDC['oidc'];

/**
 * What has to follow a request of the provider before its answer leaves: the proofs of a journey are bound to the session that it
 * opened or raised (only the resume knows the session's uid); a sign-out is written down.
 */
export function followUp(deps: Pick<OidcDependencies, 'sessions' | 'events'>): Middleware {
  return async (ctx: Context, next) => {
    await next();
    // Missing where no route of the provider matched.
    const oidc: Provided | undefined = ctx['oidc'];
    const session = oidc?.session;
    if (!oidc || !session) return;
    if (oidc.route === 'end_session' && ctx.status === 200 && !session.accountId) skipConfirmation(ctx, oidc);
    if (!session.accountId) return;
    const journeyId = oidc.result?.[JOURNEY];
    if (oidc.route === 'resume' && typeof journeyId === 'string') await deps.sessions.bind(journeyId, session.uid);
    if (oidc.route === 'end_session_confirm' && 'destroyed' in session && session.destroyed === true) {
      await deps.events.signedOut(exchangeOf(ctx), session.accountId);
    }
  };
}

/**
 * Nobody is signed in, so there is nothing to ask. oidc-provider would post a form to itself by a script; its outcome is this redirect,
 * to an address that it has checked by now (RP-Initiated Logout 1.0, 3).
 */
function skipConfirmation(ctx: Context, oidc: Provided): void {
  const { post_logout_redirect_uri: back, state } = oidc.params ?? {};
  const to = new URL(typeof back === 'string' ? back : oidc.urlFor('end_session_success'));
  if (typeof back === 'string' && typeof state === 'string') to.searchParams.set('state', state);
  ctx.body = null;
  ctx.status = 303;
  ctx.redirect(to.href);
}
