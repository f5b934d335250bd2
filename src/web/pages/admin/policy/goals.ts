import type { Policy } from '../../../../domain/policy.ts';
import { goalsOf } from '../../../../domain/policy-changes.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import { BOX_HEIGHT, drawLanes } from './lanes.ts';
import { forWhom, goalName, proofsInWords, routeInWords } from './words.ts';

/** Goals that are none while nobody recovers by themselves. */
const ALWAYS: readonly string[] = ['sign-in', 'accept-invitation'];

/** What a policy says, goal by goal: the diagram of its routes, and the same in words. */
export function goalsShown(t: Translate, policy: Policy) {
  return goalsOf(policy).map((goal) => {
    const routes = policy.routes[goal];
    const isClosed = !policy.selfRecovery && !ALWAYS.includes(goal);
    const isUnoffered = goal === 'emergency-code' && !policy.emergencyCode.offered && routes.length > 0;
    const note = isClosed && routes.length > 0 ? 'policy:closed' : isUnoffered ? 'policy:unoffered' : undefined;
    return {
      id: `goal-${goal}`,
      title: goalName(t, goal),
      note: note && t(note),
      empty: t('policy:no_way'),
      ways: routes.map((route) => ({ text: routeInWords(t, route), hint: forWhom(t, route) })),
      drawing:
        routes.length > 0
          ? {
              ...drawLanes(routes.map((route) => ({ note: forWhom(t, route), boxes: proofsInWords(t, route, true) }))),
              boxHeight: BOX_HEIGHT,
            }
          : undefined,
    };
  });
}
