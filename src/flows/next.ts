import type { Journey, Method } from '../domain/journey.ts';
import type { SecondFactorKind } from '../domain/policy.ts';
import type { ProofKind } from '../domain/proof.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Account } from './ports.ts';

/**
 * Which page comes next. One function of the verdict and of what is already collected feeds the pages, the redirects between
 * them and the tests: no page decides it for itself.
 */
export type Next =
  | { readonly page: 'password' }
  /** `shown` is the method on the page, `others` its buttons. */
  | { readonly page: 'second-factor'; readonly shown: Method; readonly others: readonly Method[] }
  | { readonly page: 'email-code' }
  | { readonly page: 'restore-code' }
  | { readonly page: 'new-password' }
  | { readonly page: 'new-factor' }
  | { readonly page: 'complete' }
  | { readonly page: 'wait'; readonly until: number; readonly why: string }
  | { readonly page: 'dead-end'; readonly reasons: readonly string[] };

export function nextPage(journey: Journey, account: Account | undefined, verdict: Verdict): Next {
  switch (verdict.verdict) {
    case 'allow':
      if (asksForPassword(verdict) && !journey.state.password) return { page: 'new-password' };
      if (asksForFactor(verdict)) return { page: 'new-factor' };
      return { page: 'complete' };
    case 'ask':
      return pageOfOptions(journey, account, verdict.options);
    case 'wait':
      return { page: 'wait', until: verdict.until, why: verdict.why };
    case 'refuse':
      return { page: 'dead-end', reasons: verdict.reasons };
  }
}

export function asksForPassword(verdict: Verdict): boolean {
  return verdict.verdict === 'allow' && verdict.effects.includes('set-password');
}

export function asksForFactor(verdict: Verdict): boolean {
  return (
    verdict.verdict === 'allow' &&
    verdict.effects.some(
      (effect) =>
        effect === 'replace-second-factors' || effect === 'add-second-factor' || effect === 'enrol-first-second-factor',
    )
  );
}

/** The second factors among the options, the one to show first: what was chosen now, else used last, else first in the policy's order. */
export function factorsOffered(
  journey: Journey,
  account: Account | undefined,
  options: readonly ProofKind[],
): SecondFactorKind[] {
  const kinds = [...new Set(options.map((kind) => (kind === 'passkey-uv' ? 'passkey' : kind)))].filter(isSecondFactor);
  const wanted: readonly (Method | null | undefined)[] = [journey.state.method, account?.lastMethod];
  const first = wanted.flatMap((kind) => kinds.find((one) => one === kind) ?? [])[0];
  return first ? [first, ...kinds.filter((kind) => kind !== first)] : kinds;
}

/**
 * The same with an emergency code, which stands in for one at a sign-in: last, unless it was chosen now. Also offered where the code that is out
 * opens nothing any more: `proveEmergencyCode` says why.
 */
export function methodsOffered(
  journey: Journey,
  account: Account | undefined,
  options: readonly ProofKind[],
): readonly Method[] {
  const factors = factorsOffered(journey, account, options);
  const isOut = journey.kind === 'sign-in' && journey.atLeast === null && (account?.emergencyCode ?? null) !== null;
  if (!options.includes('emergency-code') && !(isOut && factors.length > 0)) return factors;
  return journey.state.method === 'emergency-code' ? ['emergency-code', ...factors] : [...factors, 'emergency-code'];
}

function pageOfOptions(journey: Journey, account: Account | undefined, options: readonly ProofKind[]): Next {
  if (options.includes('password')) return { page: 'password' };
  const [shown, ...others] = methodsOffered(journey, account, options);
  if (shown) return { page: 'second-factor', shown, others };
  return { page: options.includes('restore-code') ? 'restore-code' : 'email-code' };
}

function isSecondFactor(kind: ProofKind): kind is SecondFactorKind {
  return kind === 'totp' || kind === 'passkey' || kind === 'sms-code';
}
