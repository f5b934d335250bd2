import { CONTESTABLE_FOR_MS } from './contest.ts';
import type { Standing } from './credential.ts';
import { decide } from './decide.ts';
import { maskEmail } from './email-address.ts';
import { maskPhone } from './phone.ts';
import type { Policy } from './policy.ts';
import { isBound } from './way.ts';

export type ContactKind = 'email' | 'phone';

/** What is asked here of an address or number that an account has. Times in milliseconds. */
interface Held {
  readonly id: string;
  readonly kind: ContactKind;
  readonly verifiedAt: number | null;
  readonly primary: boolean;
  readonly countsFrom: number;
}

interface GivenUp {
  readonly kind: ContactKind;
  readonly vetoUntil: number;
}

/** Enough for its owner to know it again: `j•••@e•••.com`, `•• 67`. */
export function maskContact({ kind, value }: { readonly kind: ContactKind; readonly value: string }): string {
  return kind === 'email' ? maskEmail(value) : maskPhone(value);
}

/**
 * From when an address or number that is verified at `now` counts in a recovery. The account's first of its kind counts at once, unless
 * another one was given up so lately that it may still veto: else whoever holds a session could swap the one for the other, and
 * recover by it before the owner has heard (STANDARDS E-02; ATTACKS A35).
 */
export function countsFrom(
  policy: Policy,
  kind: ContactKind,
  held: readonly Pick<Held, 'kind' | 'verifiedAt'>[],
  givenUp: readonly GivenUp[],
  now: number,
): number {
  const isFirst =
    !held.some((contact) => contact.kind === kind && contact.verifiedAt !== null) &&
    !givenUp.some((contact) => contact.kind === kind && contact.vetoUntil > now);
  return isFirst ? now : now + policy.lifetimes.contactRest * 1000;
}

/** Until when one that is given up at `now` hears of everything: as long as a new one rests, and as long as its going can be contested. */
export function hearsUntil(policy: Policy, now: number): number {
  return now + Math.max(policy.lifetimes.contactRest * 1000, CONTESTABLE_FOR_MS);
}

/**
 * Whether one that is given up at `now` still has a say: hears of what happens, and can contest it. One that came lately has none: it may be a
 * thief's, whom its owner shows the door. The account's first of its kind, which counted at once, and what an administrator brought do.
 */
export function hasSay(policy: Policy, { verifiedAt, countsFrom: from }: Held, now: number): boolean {
  return verifiedAt !== null && (from <= verifiedAt || hearsUntil(policy, verifiedAt) <= now);
}

/** The one that becomes primary once `gone` is: verified, of the same kind, the oldest that counts already, else the oldest. */
export function nextPrimary<Contact extends Held>(
  held: readonly Contact[],
  gone: Held,
  now: number,
): Contact | undefined {
  const others = held.filter(({ id, kind, verifiedAt }) => id !== gone.id && kind === gone.kind && verifiedAt !== null);
  return others.find((contact) => contact.countsFrom <= now) ?? others[0];
}

/**
 * Whether this phone can be replaced but not removed: codes by SMS are a second factor here, and without it nobody could sign in to the
 * account any more, as the policy asks of one that is treated as having a second factor (`isLastRequired` for all that is no phone).
 */
export function isLastFactor(policy: Policy, standing: Standing, phoneId: string, now: number): boolean {
  if (!policy.secondFactor.kinds.includes('sms-code')) return false;
  const without: Standing = {
    ...standing,
    boundToSecondFactor: policy.secondFactor.required || isBound(policy, standing),
    contacts: standing.contacts.filter(({ id }) => id !== phoneId),
  };
  return decide(policy, without, { goal: 'sign-in', atLeast: policy.minimumAcr }, [], now).verdict !== 'ask';
}
