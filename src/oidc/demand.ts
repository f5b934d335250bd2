import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Acr } from '../domain/assurance.ts';
import { decide } from '../domain/decide.ts';
import type { Account } from '../flows/ports.ts';
import { standingOf } from '../flows/standing.ts';
import { accountOf } from './account.ts';
import { ownMetadataOf } from './client-metadata.ts';
import type { OidcDependencies } from './dependencies.ts';
import { isOwnClient } from './own-clients.ts';
import { acrOf, meets, requestedAcr, strongestOf, weakestOf } from './requested-acr.ts';
import { leastOfApis } from './resources.ts';

export type DemandDependencies = Pick<OidcDependencies, 'accounts' | 'closed' | 'now'>;

/**
 * The class that this authorization request cannot do without: an essential acr, the client's minimum, that of the APIs it names, the minimum of the
 * client's organization and that of the account's; of our own consoles also their `acr_values` (with `response_type=none` there is no
 * claims parameter to say essential in). Throws `unmet_authentication_requirements` when an essential acr names nothing
 * that we know.
 */
export async function requiredAcr(deps: DemandDependencies, ctx: KoaContextWithOIDC): Promise<Acr | undefined> {
  const { essential, voluntary } = requestedAcr(ctx.oidc.params ?? {});
  const named = essential && weakestOf(essential);
  if (essential && !named) throw unmet();

  const own = ctx.oidc.client && ownMetadataOf(ctx.oidc.client);
  const account = accountOf(ctx);
  const organization =
    own && own.organizationId !== account?.organizationId
      ? await deps.accounts.policyFor(own.organizationId)
      : undefined;
  const console = isOwnClient(ctx.oidc.client?.clientId ?? '') ? weakestOf(voluntary) : undefined;
  const apis = leastOfApis(ctx.oidc);
  return strongestOf(
    named,
    console,
    apis,
    own?.minimumAcr,
    organization?.policy.minimumAcr,
    account?.policy.minimumAcr,
  );
}

/** The class that was wished for (voluntary), or undefined: nothing known was. */
export function wishedAcr(ctx: KoaContextWithOIDC): Acr | undefined {
  return weakestOf(requestedAcr(ctx.oidc.params ?? {}).voluntary);
}

/** Whether the running session is good enough. */
export function sessionMeets(ctx: KoaContextWithOIDC, needed: Acr | undefined): boolean {
  return meets(acrOf(ctx.oidc.session), needed);
}

/** Whether the account could reach the class by what it holds and its policy allows: `decide`, as for a sign-in from the start. */
export function canReach(deps: DemandDependencies, account: Account, acr: Acr): boolean {
  const aim = { goal: 'sign-in', atLeast: acr } as const;
  return decide(account.policy, standingOf(account, deps), aim, [], deps.now()).verdict === 'ask';
}

/** OpenID Connect Core Error Code unmet_authentication_requirements 1.0. */
export function unmet(): Error {
  return new errors.UnmetAuthenticationRequirements('the requested class of authentication could not be reached');
}
