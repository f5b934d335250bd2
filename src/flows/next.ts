import type { Verdict } from '../domain/decide.ts';
import type { Journey } from '../domain/journey.ts';
import type { SecondFactorKind } from '../domain/policy.ts';
import type { ProofKind } from '../domain/proof.ts';
import type { Account } from './ports.ts';

/**
 * Which page comes next. One function of the verdict and of what is already collected feeds the pages, the redirects between
 * them and the tests: no page decides it for itself.
 */
export type Next =
  | { readonly page: 'password' }
  /** `shown` is the method on the page, `others` its buttons. */
  | { readonly page: 'second-factor'; readonly shown: SecondFactorKind; readonly others: readonly SecondFactorKind[] }
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
  const wanted = [journey.state.method, account?.lastMethod];
  const first = wanted.find((kind) => kind && kinds.includes(kind));
  return first ? [first, ...kinds.filter((kind) => kind !== first)] : kinds;
}

function pageOfOptions(journey: Journey, account: Account | undefined, options: readonly ProofKind[]): Next {
  if (options.includes('password')) return { page: 'password' };
  const [shown, ...others] = factorsOffered(journey, account, options);
  if (shown) return { page: 'second-factor', shown, others };
  return { page: options.includes('restore-code') ? 'restore-code' : 'email-code' };
}

function isSecondFactor(kind: ProofKind): kind is SecondFactorKind {
  return kind === 'totp' || kind === 'passkey' || kind === 'sms-code';
}
