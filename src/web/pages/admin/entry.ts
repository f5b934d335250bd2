import type { EntryDemand } from '../../../domain/role.ts';
import { type Answer, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/**
 * Through the authorization endpoint and back to `path`, as the account console does it (`throughProvider`; DESIGN rule 8): whoever comes for the
 * first time is asked no more than anybody, so that it tells nothing of who has a role.
 */
export function throughProvider(ctx: PageContext, path: string, demand?: EntryDemand): Answer {
  return seeOther(
    ctx.interactions.restartUrl({
      client_id: 'regain-admin',
      response_type: 'none',
      scope: 'openid',
      redirect_uri: `${ctx.ports.issuer}/admin`,
      state: path,
      ...(demand && { acr_values: demand.acr }),
      ...(demand?.maxAge !== undefined && { max_age: String(demand.maxAge) }),
    }),
  );
}

/** True for a path of this console, as it may stand in `state`: nothing else is gone to from there (ATTACKS A27). */
export function isAdminPath(path: string): boolean {
  return /^\/admin(\/[A-Za-z0-9][A-Za-z0-9-]*)*$/.test(path) && path.length <= 200;
}
