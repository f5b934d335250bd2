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
  'restore-code-activated',
  'restore-code-replaced',
  'restore-code-viewed',
  'restore-code-removed',
  'restore-code-issued',
  'emergency-code-made',
  'emergency-code-issued',
  'emergency-code-used',
  'emergency-code-revoked',
  'data-exported',
  'closing-asked',
  'closing-cancelled',
  'account-closed',
  'credential-disabled',
  'account-suspended',
  'account-resumed',
  'sessions-ended',
  're-registration-required',
  'account-frozen',
  'account-held',
  'account-unfrozen',
  'account-reopened',
  'role-granted',
  'role-revoked',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Nobody can say "It wasn't me" to these: they only take away, the owner has just proven more than a thief could, it is the organization's to
 * give (roles), or there is nothing left to stop: `account-closed` is a last message, and no row.
 */
const UNCONTESTABLE: readonly NoticeKind[] = [
  'account-suspended',
  'account-resumed',
  'sessions-ended',
  'account-frozen',
  'account-held',
  'account-unfrozen',
  'account-reopened',
  'account-closed',
  'credential-disabled',
  'role-granted',
  'role-revoked',
];

/** A sign-in from a browser that was known stands in the activity, and nobody is written to. */
export type ToldKind = Exclude<NoticeKind, 'known-browser'>;

/**
 * What these took away is still the account's, and switched off or blocked. They name it (`removed`) only where a contest may switch it on
 * again (docs/decisions/0008).
 */
const SWITCHES_OFF: readonly NoticeKind[] = ['device-switched-off', 'device-blocked', 'reported-lost'];

/** Recoveries: contested ones are counted, the third in 30 days goes to an operator (ATTACKS A36). */
const RECOVERIES: readonly NoticeKind[] = ['second-factor-replaced', 'password-reset', 'emergency-code-made'];

export const isContestable = (kind: NoticeKind): boolean => !UNCONTESTABLE.includes(kind);
export const isTold = (kind: NoticeKind): kind is ToldKind => kind !== 'known-browser';
export const isSwitchingOff = (kind: NoticeKind): boolean => SWITCHES_OFF.includes(kind);
export const isOfRecovery = (kind: NoticeKind): boolean => RECOVERIES.includes(kind);

/** What an act was done by and what it changed: ids of credentials and contact points. */
export interface NoticeEffects {
  readonly used: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
