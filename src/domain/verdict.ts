import type { Acr } from './assurance.ts';
import type { Goal } from './policy.ts';
import type { ProofKind } from './proof.ts';

/** Where a journey wants to get. `atLeast` is the class of authentication that a step-up or an application asks for. */
export interface Aim {
  readonly goal: Goal;
  readonly atLeast?: Acr;
}

/**
 * What reaching the goal does. The flow performs them in one transaction:
 * `open-session`: a session by the proofs given; `open-recovered-session`: one of class 1 (DESIGN rule 7);
 * `enrol-first-second-factor`: owed before anything else; `set-password`; `replace-second-factors`: a new one in, all old ones out;
 * `add-second-factor`: a new one in beside them; `spend-restore-code`: the one that was used is nothing any more;
 * `open-repair-window`: what was lost may be removed and something new added without more (SPEC M4); `issue-emergency-code`: a code in place of the
 * one before;
 * `end-sessions`: sessions, grants, tokens, open journeys and links of the account; `undo-contested`: what the contested acts
 * removed is revived, what they added goes.
 */
export type Effect =
  | 'open-session'
  | 'open-recovered-session'
  | 'enrol-first-second-factor'
  | 'set-password'
  | 'replace-second-factors'
  | 'add-second-factor'
  | 'spend-restore-code'
  | 'open-repair-window'
  | 'issue-emergency-code'
  | 'end-sessions'
  | 'undo-contested';

export type RefusalReason =
  | 'account-suspended'
  | 'account-frozen'
  | 'not-frozen'
  | 'untouched-proof-needed'
  | 'authenticator-needed'
  | 'recovery-off'
  | 'no-route'
  | 'needs-password'
  | 'needs-second-factor'
  | 'needs-verified-phone'
  | 'needs-verified-email'
  | 'needs-restore-code'
  | 'needs-emergency-code'
  | 'sms-unavailable'
  | 'assurance-out-of-reach';

/** One step of the way that is offered first: for the quiet line "E-mail ✓ · Password · SMS". */
export interface Step {
  readonly proof: ProofKind;
  readonly done: boolean;
}

export type Verdict =
  | {
      readonly verdict: 'allow';
      readonly route: string;
      readonly effects: readonly Effect[];
      readonly steps: readonly Step[];
    }
  | { readonly verdict: 'ask'; readonly options: readonly ProofKind[]; readonly steps: readonly Step[] }
  | {
      readonly verdict: 'wait';
      readonly until: number;
      readonly why: 'recovered-recently' | 'contact-changed-recently';
    }
  | { readonly verdict: 'refuse'; readonly reasons: readonly RefusalReason[] };
