import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OidcDependencies } from './dependencies.ts';
import { exchangeOf } from './pages.ts';

/** The key in an interaction's result that names the journey. */
export const JOURNEY = 'journey';

/** `oidc` is missing where no route of the provider matched. */
type FollowedContext = Pick<KoaContextWithOIDC, 'req' | 'res'> & { readonly oidc?: KoaContextWithOIDC['oidc'] };

/**
 * What has to follow a request of the provider before its answer leaves: the proofs of a journey are bound to the session that it
 * opened or raised (only the resume knows the session's uid); a sign-out is written down.
 */
export function followUp(
  deps: Pick<OidcDependencies, 'sessions' | 'events'>,
): (ctx: FollowedContext, next: () => Promise<unknown>) => Promise<void> {
  return async (ctx, next) => {
    await next();
    const { oidc } = ctx;
    const session = oidc?.session;
    if (!oidc || !session?.accountId) return;
    const journeyId = oidc.result?.[JOURNEY];
    if (oidc.route === 'resume' && typeof journeyId === 'string') await deps.sessions.bind(journeyId, session.uid);
    if (oidc.route === 'end_session_confirm' && 'destroyed' in session && session.destroyed === true) {
      await deps.events.signedOut(exchangeOf(ctx), session.accountId);
    }
  };
}
