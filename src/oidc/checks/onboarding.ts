import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { onboardingDue } from '../../flows/account/onboarding-due.ts';
import { accountOf } from '../account.ts';
import type { DemandDependencies } from '../demand.ts';
import { isOwnClient } from '../own-clients.ts';
import { CHECK_UP } from './check-up.ts';
import { signedInAs } from './login.ts';
import { RESTORE_CODE } from './restore-code.ts';
import { STEP_UP } from './step-up.ts';

const { Check } = interactionPolicy;

/** What `finish` leaves in an interaction's result once something was proposed: once in a request. */
export const ONBOARDING = 'onboarding';

/**
 * SPEC T9: right after a sign-in for an application, what the policy wants accounts to have is proposed; one thing at a sign-in, hence not beside
 * a restore code, nor after a first second factor, which has a check-up of its own. Never with `prompt=none`, nor on a step-up.
 */
export function onboardingChecks(deps: DemandDependencies): interactionPolicy.Check[] {
  return [new Check('something_lacks', 'something that the account lacks is proposed', (ctx) => isProposed(deps, ctx))];
}

function isProposed(deps: DemandDependencies, ctx: KoaContextWithOIDC): boolean {
  const account = accountOf(ctx);
  const { result, client } = ctx.oidc;
  if (!account || ctx.oidc.promptPending('none') || isOwnClient(client?.clientId ?? '')) return false;
  if (signedInAs(result) !== account.id) return false;
  if ([ONBOARDING, RESTORE_CODE, STEP_UP, CHECK_UP].some((name) => result?.[name] !== undefined)) return false;
  return onboardingDue(deps, account) !== null;
}
