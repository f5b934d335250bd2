/** Failures per account and per thing, with growing delays: never per session or cookie. */
export interface Attempts {
  /**
   * Counts one attempt under each of `keys`, or none of them while one is locked. `delays[n]` is the lock in seconds after
   * the n-th consecutive attempt (the last entry holds for all later ones). Atomic under parallel calls.
   */
  count(
    keys: readonly string[],
    delays: readonly number[],
    now: number,
  ): Promise<{ allowed: true } | { allowed: false; until: number }>;
  /** After a success: only what was proved. */
  reset(keys: readonly string[]): Promise<void>;
}

/** Fixed-window caps. */
export interface Limits {
  /** Takes one from each named budget. False when one of them is empty (then none of the others matters). */
  take(takes: readonly Take[]): Promise<boolean>;
  /** Takes nothing. Undefined while each of these budgets has something left; else when all of them have again (milliseconds). */
  emptyUntil(takes: readonly Take[]): Promise<number | undefined>;
}
export interface Take {
  readonly budget: LimitBudget;
  readonly key: string;
}
export type LimitBudget =
  | 'recovery-mail-per-account'
  | 'recovery-mail-per-known-device'
  | 'recovery-begin-per-network'
  | 'recovery-begin-per-site'
  | 'sms-per-number'
  | 'sms-per-account'
  | 'sms-per-network'
  | 'sms-per-site'
  | 'sms-per-prefix'
  | 'sms-per-country'
  | 'sms-in-all'
  /** SMS that tell owners of what strangers ask of the help desk in their name. */
  | 'asked-sms-per-prefix'
  | 'asked-sms-in-all'
  | 'mail-in-all'
  /** What would have been mail, for names that nobody has. */
  | 'decoys-in-all'
  /** Codes to addresses that an owner wants to add, whoever has them. */
  | 'contact-mail-per-address'
  | 'contact-mail-per-account'
  | 'contact-mail-per-network'
  | 'contact-mail-per-site'
  /** What an owner changes in the console, each of it told to every address and number. */
  | 'changes-per-account'
  /** Files of an account's whole activity. */
  | 'exports-per-account'
  /** QR codes for new phones. */
  | 'pairings-per-account'
  | 'sign-in-failures-per-network'
  | 'sign-in-failures-per-site';
