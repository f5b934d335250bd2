import { CONTESTABLE_FOR_MS } from '../contest.ts';
import type { Policy } from '../policy.ts';
import type { AccountKind, Holding } from './account-kind.ts';
import { GIVES, type Theft } from './thefts.ts';
import type { Reach } from './workings.ts';

/**
 * A time within which the owner can stop a thief. `settling`: what a recovery set does not count in the next one yet, and the thief waits before
 * coming further; `contest`: "It wasn't me" can be said to what was done; `cooling`: after a recovery, addresses, names and codes cannot be
 * changed; `contact-rest`: a new address does not count in a recovery, and the old one still hears of everything.
 */
export interface Veto {
  readonly why: 'settling' | 'contest' | 'cooling' | 'contact-rest';
  readonly seconds: number;
}

/** Every such time on a thief's way, in the order in which they begin. */
export function vetoesOn({ lifetimes }: Policy, reach: Reach): readonly Veto[] {
  const goals = reach.moves.flatMap((move) => (move.move === 'journey' ? [move.goal] : []));
  if (reach.level === 'nothing') return [];
  const recovers = goals.some((goal) => goal !== 'sign-in' && goal !== 'emergency-code');
  const keeps = reach.level === 'takes-over';
  return [
    ...(reach.waited > 0 ? [{ why: 'settling' as const, seconds: reach.waited / 1000 }] : []),
    ...(goals.length > 0 ? [{ why: 'contest' as const, seconds: CONTESTABLE_FOR_MS / 1000 }] : []),
    ...(recovers ? [{ why: 'cooling' as const, seconds: lifetimes.cooling }] : []),
    ...(keeps ? [{ why: 'contact-rest' as const, seconds: lifetimes.contactRest }] : []),
  ];
}

const CONTACTS: readonly Holding[] = ['email', 'phone', 'switched-off-phone'];

/**
 * The addresses and numbers by which the owner still hears of it; with the sessions and devices that are left, these are all. Of two addresses a
 * stolen mailbox is one. Empty: the thief reads every message, and the owner finds out by being turned away.
 */
export function heardBy({ holds }: AccountKind, thefts: readonly Theft[]): readonly Holding[] {
  return CONTACTS.filter((contact) => {
    const stolen = thefts.some((theft) => GIVES[theft][contact] !== undefined) ? 1 : 0;
    return holds.filter((one) => one === contact).length > stolen;
  });
}
