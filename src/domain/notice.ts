/**
 * What an owner is told of (NIST SP 800-63B-4, 4.6: all addresses; SPEC S5, X3). Each is a row of its own, with what it was done by and
 * what it changed, so that "It wasn't me" knows what to stop and what the way back may stand on.
 */
export const NOTICE_KINDS = [
  'second-factor-replaced',
  'second-factor-enrolled',
  'second-factor-added',
  'second-factor-removed',
  'password-reset',
  'password-changed',
  'new-browser',
  'known-browser',
  'device-switched-off',
  'device-switched-on',
  'device-blocked',
  'reported-lost',
  'contact-added',
  'contact-removed',
  'contact-made-primary',
  'username-changed',
  'data-exported',
  'closing-asked',
  'closing-cancelled',
  'account-closed',
  'credential-disabled',
  'account-frozen',
  'account-unfrozen',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Nobody can say "It wasn't me" to these: they only take away, the owner has just proven more than a thief could, or there is nothing left
 * to stop: `account-closed` is a last message, and no row.
 */
const UNCONTESTABLE: readonly NoticeKind[] = [
  'account-frozen',
  'account-unfrozen',
  'account-closed',
  'credential-disabled',
];

/** A sign-in from a browser that was known stands in the activity, and nobody is written to. */
export type ToldKind = Exclude<NoticeKind, 'known-browser'>;

/** Recoveries: contested ones are counted, the third in 30 days goes to an operator (ATTACKS A36). */
const RECOVERIES: readonly NoticeKind[] = ['second-factor-replaced', 'password-reset'];

export const isContestable = (kind: NoticeKind): boolean => !UNCONTESTABLE.includes(kind);
export const isTold = (kind: NoticeKind): kind is ToldKind => kind !== 'known-browser';
export const isOfRecovery = (kind: NoticeKind): boolean => RECOVERIES.includes(kind);

/** What an act was done by and what it changed: ids of credentials and contact points. */
export interface NoticeEffects {
  readonly used: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** An act that the owner contested, as long as the contest is open. */
export type Contested = NoticeEffects;

interface Held {
  readonly id: string;
}

/**
 * What an account held before the contested acts: without what they added, with what they removed — save what its owner had reported
 * lost (ATTACKS A36). `sealed`: what was removed and is still kept. The way back is decided on this, and brings it back.
 */
export function asBefore<Now extends Held, Sealed extends Held & { readonly lostAt?: number | null }>(
  held: readonly Now[],
  sealed: readonly Sealed[],
  contested: readonly Contested[],
): { readonly kept: readonly Now[]; readonly revived: readonly Sealed[] } {
  const added = new Set(contested.flatMap((act) => act.added));
  const removed = new Set(contested.flatMap((act) => act.removed));
  return {
    kept: held.filter(({ id }) => !added.has(id)),
    // What one contested act brought and the next one removed comes back by neither.
    revived: sealed.filter(({ id, lostAt }) => removed.has(id) && !added.has(id) && (lostAt ?? null) === null),
  };
}
