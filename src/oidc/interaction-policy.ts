import { interactionPolicy } from 'oidc-provider';
import { checkUpChecks } from './checks/check-up.ts';
import { askOnce, loginChecks } from './checks/login.ts';
import { onboardingChecks } from './checks/onboarding.ts';
import { reRegisterChecks } from './checks/re-register.ts';
import { restoreCodeChecks } from './checks/restore-code.ts';
import { selectAccountPrompt } from './checks/select-account.ts';
import { stepUpChecks } from './checks/step-up.ts';
import type { DemandDependencies } from './demand.ts';
import type { OidcDependencies } from './dependencies.ts';
import { missingOf } from './grants.ts';

const { Prompt } = interactionPolicy;

/**
 * What is asked of a person, in this order: `login`, `select_account`, `step_up`, `re_register`, `restore_code`, `onboarding`, `check_up`, `consent` (DESIGN, "Interaction policy"). Each
 * resume goes through all of them again with what was answered.
 */
export function createInteractionPolicy(
  deps: DemandDependencies & Pick<OidcDependencies, 'sessions'>,
): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const login = policy.get('login');
  if (!login) throw new Error('oidc-provider has no login prompt');

  // These compare for equality, and would ask for a login where a step-up is meant (FEASIBILITY 3, trap 2).
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  askOnce(login.checks);
  for (const check of loginChecks(deps)) {
    check.error ??= 'login_required';
    login.checks.add(check);
  }

  const consent = policy.get('consent');
  if (!consent) throw new Error('oidc-provider has no consent prompt');
  // `prompt=consent` asks for what is granted already, too.
  consent.details = (ctx) => {
    const { scopes, claims } = missingOf(ctx, undefined);
    return { requested_scopes: scopes, requested_claims: claims };
  };
  policy.add(selectAccountPrompt(), 1);
  policy.add(new Prompt({ name: 'step_up' }, ...stepUpChecks(deps)), 2);
  policy.add(new Prompt({ name: 're_register' }, ...reRegisterChecks(deps)), 3);
  policy.add(new Prompt({ name: 'restore_code' }, ...restoreCodeChecks(deps)), 4);
  policy.add(new Prompt({ name: 'onboarding' }, ...onboardingChecks(deps)), 5);
  policy.add(new Prompt({ name: 'check_up' }, ...checkUpChecks()), 6);
  return policy;
}
