import type { Standing } from './credential.ts';
import { decide } from './decide.ts';
import type { Policy } from './policy.ts';
import type { RefusalReason } from './verdict.ts';

/** What owners lose most: each has its own way back (SPEC T9, T10). */
export const LOSSES = ['password', 'second-factor'] as const;
export type LossToMend = (typeof LOSSES)[number];

/** After which loss an account gets no help from self-recovery, and what it lacks for that. */
export interface Lack {
  readonly lost: LossToMend;
  readonly reason: RefusalReason;
}

/**
 * What keeps an account from recovering by itself once that is on for it; empty: it is ready. Asked of `decide`, with everything in hand but what
 * is lost. An account that the policy makes register a second factor at its next sign-in is looked at as if it had one to lose. What
 * rests after a change is no lack: it counts in some days.
 */
export function lacksOf(policy: Policy, standing: Standing, now: number): readonly Lack[] {
  const on = { ...policy, selfRecovery: true };
  return LOSSES.filter((lost) => lost === 'password' || standing.boundToSecondFactor || policy.secondFactor.required)
    .map((lost) => ({
      lost,
      verdict: decide(on, without(standing, lost), { goal: `reset-${lost}` as const }, [], now),
    }))
    .flatMap(({ lost, verdict }) =>
      verdict.verdict === 'refuse' ? verdict.reasons.map((reason) => ({ lost, reason })) : [],
    );
}

/** As it is for an owner who cannot use this any more. */
function without(standing: Standing, lost: LossToMend): Standing {
  const gone = lost === 'password' ? ['password'] : ['totp', 'passkey'];
  return {
    ...standing,
    boundToSecondFactor: standing.boundToSecondFactor || lost === 'second-factor',
    credentials: standing.credentials.filter(({ kind }) => !gone.includes(kind)),
  };
}

/** What people see counted before self-recovery is switched on (SPEC T9). */
export const HELD_FOR_RECOVERY = [
  'verified-email',
  'verified-phone',
  'password',
  'second-factor',
  'restore-code',
] as const;
export type HeldForRecovery = (typeof HELD_FOR_RECOVERY)[number];

/** Whether an account holds it, as far as it counts at all. */
export function holds({ credentials, contacts, restoreCode }: Standing, what: HeldForRecovery): boolean {
  const active = credentials.filter(({ state }) => state === 'active');
  switch (what) {
    case 'verified-email':
      return contacts.some(({ kind, verified }) => kind === 'email' && verified);
    case 'verified-phone':
      return contacts.some(({ kind, verified }) => kind === 'phone' && verified);
    case 'password':
      return active.some(({ kind }) => kind === 'password');
    case 'second-factor':
      return active.some(({ kind }) => kind !== 'password');
    case 'restore-code':
      return restoreCode !== null;
  }
}
