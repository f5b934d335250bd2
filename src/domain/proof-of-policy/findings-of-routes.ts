import { satisfies } from '../assurance.ts';
import { decide } from '../decide.ts';
import { journeysTo } from '../explore.ts';
import type { Goal, Policy, Route } from '../policy.ts';
import { isAuthenticator, type ProofKind } from '../proof.ts';
import type { State } from '../state.ts';
import { expand } from '../way.ts';
import { BIT, stateFrom } from './bits.ts';
import { type Example, type Finding, finding } from './findings.ts';

/** What is wrong with single routes, and with the settings beside them. */
export function findingsOfRoutes(policy: Policy): Finding[] {
  const { kinds } = policy.secondFactor;
  return [
    ...finding(
      'weaker-than-aal2',
      satisfies(policy.minimumAcr, 'urn:regain:acr:2') ? 'error' : 'warning',
      routesOf(policy)
        .filter(({ goal, route }) => isWeak(policy, goal, route))
        .map(shown),
    ),
    ...finding(
      'route-unreachable',
      'warning',
      routesOf(policy)
        .filter(({ goal, route }) => isWalked(policy, goal) && !isReachable(policy, goal, route))
        .map(shown),
    ),
    ...finding('sms-is-the-only-second-factor', 'warning', kinds.every((kind) => kind === 'sms-code') ? SETTING : []),
    ...finding('no-phishing-resistant-factor', 'warning', kinds.includes('passkey') ? [] : SETTING),
    ...finding('self-recovery-off', 'warning', policy.selfRecovery ? [] : SETTING),
  ];
}

interface Listed {
  readonly goal: Goal;
  readonly route: Route;
}

const SETTING: readonly Example[] = [{ by: 'setting' }];
const shown = ({ goal, route }: Listed): Example => ({ by: 'route', goal, route: route.id });

function routesOf({ routes }: Policy): Listed[] {
  const isGoal = (name: string): name is Goal => Object.hasOwn(routes, name);
  return Object.keys(routes)
    .filter(isGoal)
    .flatMap((goal) => routes[goal].map((route) => ({ goal, route })));
}

/** Where nobody recovers by themselves, or makes codes, the routes are kept for the day on which it is switched on. */
function isWalked({ selfRecovery, emergencyCode }: Policy, goal: Goal): boolean {
  if (goal === 'sign-in' || goal === 'accept-invitation') return true;
  return selfRecovery && (goal !== 'emergency-code' || emergencyCode.offered);
}

const RECOVERING: readonly Goal[] = ['reset-password', 'reset-second-factor', 'reset-both', 'emergency-code'];
const ISSUED: readonly ProofKind[] = ['email-code', 'sms-code'];

/**
 * NIST SP 800-63B-4, 4.2.2.2 (STANDARDS REC-41, REC-42) of an account that reaches AAL2: two recovery codes that were obtained in different ways
 * (one that was saved and one that is sent; two that are sent are one way), or one and an authenticator that is still bound.
 */
function isWeak(policy: Policy, goal: Goal, route: Route): boolean {
  if (!RECOVERING.includes(goal) || route.when === 'unbound') return false;
  return expand(route, policy).some(({ proofs }) => {
    const saved = proofs.includes('restore-code');
    const issued = proofs.some((kind) => ISSUED.includes(kind));
    const bound = proofs.some((kind) => kind === 'password' || isAuthenticator(kind));
    return !((saved && issued) || ((saved || issued) && bound));
  });
}

/** Whether anybody ever walks it: an account with just what it asks for, bound or not, and just that in hand. */
function isReachable(policy: Policy, goal: Goal, route: Route): boolean {
  return expand(route, policy).some(({ proofs }) =>
    [0, BIT.bound].some((bound) => {
      const state = stateFor(policy, goal, proofs, bound);
      if (proofs.includes('invitation')) return isInvited(policy, state, route);
      return [...journeysTo(policy, state, goal)].some((completion) => completion.route === route.id);
    }),
  );
}

function stateFor(policy: Policy, goal: Goal, proofs: readonly ProofKind[], bound: number): State {
  const bits = proofs.filter((kind) => kind !== 'invitation').reduce((all, kind) => all | BIT[kind], 0);
  const stands = (bits & BIT['passkey-uv']) === 0 ? bits : (bits & ~BIT['passkey-uv']) | BIT.passkey;
  const state = stateFrom(policy, stands | bound, bits);
  if (goal !== 'lift-freeze') return state;
  return { ...state, standing: { ...state.standing, frozen: { used: [], byAuthenticator: false } } };
}

function isInvited(policy: Policy, { standing, now }: State, { id }: Route): boolean {
  const invited = { ...standing, contacts: [{ id: 'email', kind: 'email' as const, verified: false, countsFrom: 0 }] };
  const proof = { kind: 'invitation' as const, by: 'email', at: now };
  const verdict = decide(policy, invited, { goal: 'accept-invitation' }, [proof], now);
  return verdict.verdict === 'allow' && verdict.route === id;
}
