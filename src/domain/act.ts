import { type Acr, satisfies } from './assurance.ts';
import type { Standing } from './credential.ts';
import type { Repair } from './emergency-code.ts';
import type { Policy } from './policy.ts';
import { isBound } from './way.ts';

/**
 * What an owner does in the account console. `look`, `describe` (names, language) and `take-away` (switch off, block, end sessions,
 * remove an application's access) need no more than the session; `take-away` never waits. All others change how one gets in: `view-code` is
 * whatever puts a restore code on the screen, `pair-device` what lets another device bring its own second factor.
 */
export type Act =
  | 'look'
  | 'describe'
  | 'take-away'
  | 'add-factor'
  | 'pair-device'
  | 'switch-on'
  | 'remove-factor'
  | 'change-password'
  | 'change-contact'
  | 'change-username'
  | 'export-data'
  | 'view-code'
  | 'close-account';

/**
 * The session in which it is to be done: its class, the time of the oldest proof that it stands on (milliseconds), and the repair window that
 * an emergency code opened in it, over or not.
 */
export interface ActingSession {
  readonly acr: Acr;
  readonly at: number;
  readonly repair?: Repair | null;
}

/**
 * What the act is about, where that matters: when it came to the account, whether it is the last of what the policy requires; `justEnrolled`: a
 * first restore code, in the session in which the account's first second factor was registered.
 */
export interface ActObject {
  readonly createdAt?: number;
  readonly lastRequired?: boolean;
  readonly justEnrolled?: boolean;
}

export type ActVerdict =
  | { readonly verdict: 'allow' }
  /** Sign in again, by at least this class, not longer ago than `maxAge` seconds (DESIGN rule 8). */
  | { readonly verdict: 'step-up'; readonly acr: Acr; readonly maxAge: number }
  | { readonly verdict: 'wait'; readonly until: number; readonly why: 'recovered-recently' }
  | { readonly verdict: 'refuse'; readonly reason: 'last-required-factor' };

/**
 * A form is opened on a sign-in of so long ago at most, and may be sent in for as long again: nobody loses what was typed meanwhile. Where
 * no policy says otherwise.
 */
export const FRESH_SECONDS = { show: 600, send: 1_200 } as const;

/**
 * To spare when a newer sign-in is asked for: whoever checks that (in whole seconds, on another node's clock) must not find new enough what was
 * too old here, and send the browser back and forth.
 */
export const SPARE_SECONDS = 30;

const FREE: readonly Act[] = ['look', 'describe', 'take-away'];
/** What an owner may do in the repair window. Also the last factor may go: it is lost, and the next one comes in the same window. */
const REPAIRS: readonly Act[] = ['add-factor', 'switch-on', 'remove-factor'];

/**
 * What waits for the end of the cooling period after a recovery, whatever it is about (SPEC X3) and whatever the policy says: by these a thief would
 * stay. The policy names the others (`afterRecovery.waits`).
 */
const COOLED: readonly Act[] = ['change-contact', 'view-code', 'pair-device'];
/** What waits only for things that are older than the recovery. */
const COOLED_WHEN_OLDER: readonly Act[] = ['remove-factor', 'change-password'];

/**
 * Whether `session` may do `act` on the account at `now` (milliseconds). `recoveredAt`: of the last recovery, or null. `stage`:
 * whether its form is shown or sent in. ASVS 7.5.1, 7.5.3; NIST SP 800-63B-4, 4.1.2.1 (ATTACKS A4).
 */
export function decideAct(
  policy: Policy,
  standing: Standing & { readonly recoveredAt: number | null },
  session: ActingSession,
  act: Act,
  now: number,
  { about = {}, stage = 'send' }: { readonly about?: ActObject; readonly stage?: keyof typeof FRESH_SECONDS } = {},
): ActVerdict {
  if (FREE.includes(act) || isRepair(session, act, now)) return { verdict: 'allow' };
  const until = coolsUntil(policy, standing.recoveredAt, now);
  if (until !== undefined && isCooled(policy, act, about, standing.recoveredAt ?? 0))
    return { verdict: 'wait', until, why: 'recovered-recently' };
  if (act === 'remove-factor' && about.lastRequired) return { verdict: 'refuse', reason: 'last-required-factor' };
  // Whoever registers the first second factor holds the account from then on: the restore code beside it gives them nothing more (SPEC S12).
  const { within, ...demand } = policy.changes[demandOn(act)];
  const acr = act === 'view-code' && about.justEnrolled ? 'urn:regain:acr:1' : classBy(policy, standing, demand.class);
  const fresh = now - session.at <= within * (FRESH_SECONDS[stage] / FRESH_SECONDS.show) * 1000;
  return fresh && satisfies(session.acr, acr)
    ? { verdict: 'allow' }
    : { verdict: 'step-up', acr, maxAge: within - SPARE_SECONDS };
}

/** What a sign-in by emergency code is for: while its window is open nothing more is asked, and nothing waits (SPEC M4). */
function isRepair({ repair }: ActingSession, act: Act, now: number): boolean {
  if (!repair || now >= repair.until) return false;
  return REPAIRS.includes(act) || (act === 'change-contact' && repair.by === 'operator');
}

/** When the cooling period after the last recovery is over; undefined when none is running. */
export function coolsUntil(policy: Policy, recoveredAt: number | null, now: number): number | undefined {
  if (recoveredAt === null) return undefined;
  const until = recoveredAt + policy.lifetimes.cooling * 1000;
  return until > now ? until : undefined;
}

/** Under which of its words the policy says what an act takes. */
function demandOn(act: Act): keyof Policy['changes'] {
  return act === 'change-contact' || act === 'pair-device' ? act : 'step-up';
}

function classBy(policy: Policy, standing: Standing, demanded: 'full' | 'any'): Acr {
  return demanded === 'any' ? 'urn:regain:acr:1' : classForChanges(policy, standing);
}

/** The least class by which something of how one gets in can be changed: what a thief needs. */
export function leastClassForChanges(policy: Policy, standing: Standing): Acr {
  const any = Object.values(policy.changes).some((demand) => demand.class === 'any');
  return classBy(policy, standing, any ? 'any' : 'full');
}

/** A full sign-in as the policy counts it: two factors on an account that is treated as having them. */
export function classForChanges(policy: Policy, standing: Standing): Acr {
  if (!isBound(policy, standing)) return 'urn:regain:acr:1';
  return policy.secondFactor.kinds.includes('sms-code') ? 'urn:regain:acr:2-sms' : 'urn:regain:acr:2';
}

function isCooled({ afterRecovery }: Policy, act: Act, about: ActObject, recoveredAt: number): boolean {
  if (COOLED.includes(act) || afterRecovery.waits.some((one) => one === act)) return true;
  return COOLED_WHEN_OLDER.includes(act) && (about.createdAt ?? 0) < recoveredAt;
}
