import { type Acr, weaker } from './assurance.ts';
import type { Policy } from './policy.ts';
import type { Proof } from './proof.ts';
import { bareCode, parseSpokenCode, spokenCodeFrom } from './spoken-code.ts';

/**
 * An emergency code (SPEC M2–M6) as people meet it: four groups of four that are read over the phone, 15 random characters — 75 bits, kept
 * under a keyed hash — and a check character.
 */
const LENGTH = 16;

/** How many random bytes `emergencyCodeFrom` takes. */
export const EMERGENCY_CODE_BYTES = LENGTH - 1;

/** A new code without its hyphens, from so many random bytes. */
export function emergencyCodeFrom(random: Uint8Array): string {
  if (random.length !== EMERGENCY_CODE_BYTES)
    throw new Error(`an emergency code takes ${EMERGENCY_CODE_BYTES} random bytes`);
  return spokenCodeFrom(random);
}

/** Why what was typed cannot be one: it costs no attempt. `slip`: one character is wrong, or two were swapped. */
export type EmergencyCodeFault = 'not-an-emergency-code' | 'slip';

/** What was typed: a whole code, or the two halves of one that two operators issued, each written like a code, in the order typed. */
export type TypedEmergencyCode =
  | { readonly code: string }
  | { readonly halves: readonly [string, string] }
  | { readonly fault: EmergencyCodeFault };

/** What was typed, without hyphens, forgiven as `parseSpokenCode` says. */
export function parseEmergencyCode(typed: string): TypedEmergencyCode {
  const letters = Array.from(bareCode(typed));
  if (letters.length !== 2 * LENGTH) return parseOne(typed);
  const first = parseOne(letters.slice(0, LENGTH).join(''));
  const second = parseOne(letters.slice(LENGTH).join(''));
  if ('fault' in first) return first;
  return 'fault' in second ? second : { halves: [first.code, second.code] };
}

function parseOne(typed: string): { readonly code: string } | { readonly fault: EmergencyCodeFault } {
  const parsed = parseSpokenCode(typed, LENGTH);
  if ('code' in parsed) return parsed;
  return { fault: parsed.fault === 'slip' ? 'slip' : 'not-an-emergency-code' };
}

/** By whom a code was made: its owner by themselves, or on an operator's word. */
export type EmergencyCodeBy = 'owner' | 'operator';

/** What bounds a code that is out. Times in milliseconds. `clients`: the applications it signs in to; null: all. */
export interface EmergencyCodeBounds {
  readonly usesLeft: number;
  readonly validFrom: number;
  readonly expiresAt: number;
  readonly clients: readonly string[] | null;
}

/** Why a code opens nothing now. */
export type EmergencyCodeBar = 'spent' | 'expired' | 'not-yet' | 'other-application';

/** Why this code opens nothing at `now` for `clientId` (null: in no application's sign-in), or undefined when it does. */
export function barOf(
  { usesLeft, validFrom, expiresAt, clients }: EmergencyCodeBounds,
  clientId: string | null,
  now: number,
): EmergencyCodeBar | undefined {
  if (usesLeft < 1) return 'spent';
  if (now >= expiresAt) return 'expired';
  if (now < validFrom) return 'not-yet';
  return clients === null || (clientId !== null && clients.includes(clientId)) ? undefined : 'other-application';
}

/** The class that such a code may reach at most under the policy in force now, whatever it was given when it was made. */
export function highestAcrOf({ emergencyCode }: Policy, given: Acr, by: EmergencyCodeBy): Acr {
  return weaker(given, by === 'owner' ? emergencyCode.acr : emergencyCode.operator.acr);
}

/** So long after a sign-in by emergency code its owner may remove what was lost and add what they have (SPEC M4). */
export const REPAIR_MS = 15 * 60_000;

/** The repair window of a session. `until` in milliseconds. */
export interface Repair {
  readonly until: number;
  readonly by: EmergencyCodeBy;
}

/** The repair window that the proofs of a session open, over or not; null: it was not opened by an emergency code. */
export function repairOf(proofs: readonly Proof[]): Repair | null {
  const code = proofs.find(({ kind }) => kind === 'emergency-code');
  return code ? { until: code.at + REPAIR_MS, by: code.madeBy ?? 'owner' } : null;
}
