import { type InteractionResults, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { accountOf } from '../account.ts';
import { canReach, type DemandDependencies, requiredAcr, sessionMeets, unmet, wishedAcr } from '../demand.ts';
import { owesSecondFactor } from './re-register.ts';

const { Check } = interactionPolicy;

/** What `finish` leaves in an interaction's result after a step-up, so that a wish is put to the person once. */
export const STEP_UP = 'step_up';

/**
 * RFC 9470, OIDC Core 5.5.1.1. In place of oidc-provider's own acr checks, which compare for equality. `acr_required` fails the
 * request when the class is out of this account's reach or nobody may be asked; `acr_wished` never fails it.
 */
export function stepUpChecks(deps: DemandDependencies): interactionPolicy.Check[] {
  return [
    new Check(
      'acr_required',
      'the requested class of authentication could not be reached',
      'unmet_authentication_requirements',
      (ctx) => isRequired(deps, ctx),
      async (ctx) => ({ at_least: await requiredAcr(deps, ctx) }),
    ),
    new Check(
      'acr_wished',
      'a class of authentication was asked for',
      (ctx) => isWished(deps, ctx),
      (ctx) => ({ at_least: wishedAcr(ctx) }),
    ),
  ];
}

async function isRequired(deps: DemandDependencies, ctx: KoaContextWithOIDC): Promise<boolean> {
  const account = accountOf(ctx);
  if (!account) return false;
  const required = await requiredAcr(deps, ctx);
  if (!required || sessionMeets(ctx, required)) return false;
  if (ctx.oidc.promptPending('none')) return true;
  // It registers its first factor next; after that this is asked again.
  if (owesSecondFactor(account, deps)) return false;
  if (!canReach(deps, account, required)) throw unmet();
  return true;
}

async function isWished(deps: DemandDependencies, ctx: KoaContextWithOIDC): Promise<boolean> {
  const account = accountOf(ctx);
  const wished = wishedAcr(ctx);
  if (!account || !wished || sessionMeets(ctx, wished)) return false;
  if (ctx.oidc.promptPending('none') || wasAsked(ctx.oidc.result)) return false;
  if (!sessionMeets(ctx, await requiredAcr(deps, ctx))) return false;
  return canReach(deps, account, wished);
}

/** Whether a wish was put to the person already, by what earlier prompts of the request left. */
export function wasAsked(results: InteractionResults | undefined): boolean {
  const left = results?.[STEP_UP];
  return typeof left === 'object' && left !== null && 'asked' in left && left.asked === true;
}
