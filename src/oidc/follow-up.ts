import type { Context, Middleware } from 'koa';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { OidcDependencies } from './dependencies.ts';
import { exchangeOf, write } from './pages.ts';

/** The key in an interaction's result that names the journey. */
export const JOURNEY = 'journey';

/** Where the answers of an interaction are taken up. */
const SIGNS_IN = new Set(['resume', 'device_resume']);

type Provided = KoaContextWithOIDC['oidc'];
type FollowUpDependencies = Pick<OidcDependencies, 'sessions' | 'endSession' | 'events' | 'pages'>;

/**
 * What has to follow a request of the provider before its answer leaves: the proofs of a journey are bound to the session that it
 * opened or raised (only the resume knows the session's uid); a sign-out is written down. Proofs that are gone by then went with all
 * sessions of the account, between the end of the journey and this request: nothing may come of them.
 */
export function followUp(deps: FollowUpDependencies): Middleware {
  return async (ctx: Context, next) => {
    await next();
    // Missing where no route of the provider matched.
    const oidc: Provided | undefined = ctx['oidc'];
    const session = oidc?.session;
    if (!oidc || !session) return;
    if (oidc.route === 'end_session' && ctx.status === 200 && !session.accountId) skipConfirmation(ctx, oidc);
    if (!session.accountId) return;
    const journeyId = oidc.result?.[JOURNEY];
    if (SIGNS_IN.has(oidc.route) && typeof journeyId === 'string') {
      const { uid, accountId } = session;
      if (!(await deps.sessions.bind(journeyId, uid))) {
        await deps.endSession({ uid, accountId }, 'overtaken');
        await refuse(deps, ctx, oidc);
      }
    }
    if (oidc.route === 'end_session_confirm' && 'destroyed' in session && session.destroyed === true) {
      const { uid, accountId } = session;
      await deps.events.signedOut(exchangeOf(ctx), { uid, accountId });
    }
  };
}

/** In place of the answer, which may carry a code: the page for a sign-in that is no longer open. */
async function refuse({ pages, events }: FollowUpDependencies, ctx: Context, oidc: Provided): Promise<void> {
  const cause = new errors.SessionNotFound('the sessions of the account were ended during the sign-in');
  const { error, error_description: description } = cause;
  const clientId = oidc.client?.clientId;
  events.refused(exchangeOf(ctx), 'authorization.error', { error, detail: description, clientId });
  const uiLocales = oidc.params?.['ui_locales'];
  const page = await pages.error(exchangeOf(ctx), {
    status: cause.statusCode,
    error,
    description,
    clientId,
    uiLocales: typeof uiLocales === 'string' ? uiLocales : undefined,
    cause,
  });
  ctx.remove('location');
  write(ctx, page);
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
