import type { Distance } from '../../domain/lock-out-report.ts';

/** How many accounts stood at each distance from being locked out on a day. Days are UTC and named by their midnight, in milliseconds. */
export interface LockOutDay {
  readonly day: number;
  readonly byDistance: Readonly<Record<Distance, number>>;
}

export interface LockOutDays {
  /** From that day on, the oldest first. */
  since(organizationId: string, from: number): Promise<readonly LockOutDay[]>;
  /** Organizations without a count of that day, at most `limit`. */
  uncounted(day: number, limit: number): Promise<readonly string[]>;
  /** Kept once for a day: another node may have been faster. */
  keep(organizationId: string, day: LockOutDay): Promise<void>;
}
