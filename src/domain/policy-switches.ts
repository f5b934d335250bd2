import type { Policy } from './policy.ts';
import { goalsOf } from './policy-changes.ts';
import { PRESETS } from './presets.ts';

/** What is switched without writing a policy: the questions that an organization asks itself first. */
export interface Switches {
  readonly selfRecovery: boolean;
  readonly factorRequired: boolean;
  readonly factors: Policy['secondFactor']['kinds'];
  readonly minimumAcr: Policy['minimumAcr'];
  readonly restoreCodes: boolean;
  readonly shownAgain: boolean;
  readonly automatic: boolean;
  readonly promptAtSignIn: number;
  readonly issueBy: Policy['restoreCode']['issueBy'];
  readonly ownEmergencyCodes: boolean;
  readonly fourEyes: boolean;
  readonly requests: boolean;
  readonly pairing: boolean;
  readonly operatorMay: Policy['administration']['operatorMay'];
}

/** How a policy stands. */
export function switchesOf(policy: Policy): Switches {
  const { restoreCode, emergencyCode, secondFactor, administration } = policy;
  return {
    selfRecovery: policy.selfRecovery,
    factorRequired: secondFactor.required,
    factors: secondFactor.kinds,
    minimumAcr: policy.minimumAcr,
    restoreCodes: restoreCode.offered,
    shownAgain: restoreCode.shownAgain,
    automatic: restoreCode.automatic,
    promptAtSignIn: restoreCode.promptAtSignIn,
    issueBy: restoreCode.issueBy,
    ownEmergencyCodes: emergencyCode.offered,
    fourEyes: emergencyCode.operator.fourEyes,
    requests: emergencyCode.operator.requests,
    pairing: policy.pairing.offered,
    operatorMay: administration.operatorMay,
  };
}

/**
 * The policy with these switches. Restore codes bring the routes of the preset `restore-code` where no route asks for one, and take all that do
 * with them; emergency codes bring those of `emergency-code` where there are none. All else stays as it is.
 */
export function withSwitches(policy: Policy, switches: Switches): Policy {
  const { restoreCode, emergencyCode } = policy;
  return {
    ...policy,
    selfRecovery: switches.selfRecovery,
    secondFactor: { ...policy.secondFactor, required: switches.factorRequired, kinds: switches.factors },
    minimumAcr: switches.minimumAcr,
    restoreCode: {
      ...restoreCode,
      offered: switches.restoreCodes,
      shownAgain: switches.shownAgain,
      automatic: switches.automatic,
      promptAtSignIn: switches.promptAtSignIn,
      issueBy: switches.issueBy,
    },
    emergencyCode: {
      ...emergencyCode,
      offered: switches.ownEmergencyCodes,
      operator: { ...emergencyCode.operator, fourEyes: switches.fourEyes, requests: switches.requests },
    },
    pairing: { ...policy.pairing, offered: switches.pairing },
    administration: {
      ...policy.administration,
      operatorMay: switches.operatorMay,
    },
    routes: withOwnCodes(withRestoreCodes(policy, switches.restoreCodes), switches.ownEmergencyCodes),
  };
}

type Routes = Policy['routes'];
const asks = ({ proofs }: Routes['sign-in'][number]): boolean => proofs.includes('restore-code');

function withRestoreCodes({ routes, restoreCode }: Policy, offered: boolean): Routes {
  // Where operators give them, codes are asked for and not offered.
  if (restoreCode.offered === offered) return routes;
  const goals = goalsOf({ routes });
  const isAsked = goals.some((goal) => routes[goal].some(asks));
  if (isAsked === offered) return routes;
  const changed = { ...routes };
  for (const goal of goals)
    changed[goal] = offered
      ? [...routes[goal], ...PRESETS['restore-code'].routes[goal].filter(asks)]
      : routes[goal].filter((route) => !asks(route));
  return changed;
}

function withOwnCodes(routes: Routes, offered: boolean): Routes {
  if (!offered || routes['emergency-code'].length > 0) return routes;
  return { ...routes, 'emergency-code': PRESETS['emergency-code'].routes['emergency-code'] };
}
