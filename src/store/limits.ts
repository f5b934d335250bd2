import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitBudget, Limits } from '../flows/ports.ts';
import type { StoreLog } from './database.ts';
import { sha256 } from './text.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * So many per so many seconds; each budget has all of its windows. Where the numbers come from: ATTACKS A23 (caps per
 * account, network, prefix, country, in all), STANDARDS D-09 (silent caps on mail), D-22 (SMS: 3 per 10 minutes and number;
 * the rest is ours: above what people do, far below what pays for toll fraud). In the order of the table, narrow before
 * wide: who has emptied a budget of his own takes nothing from everybody's.
 */
export const BUDGETS: Readonly<Record<LimitBudget, readonly (readonly [points: number, seconds: number])[]>> = {
  // Strangers may have three mails written to an account in a quarter of an hour, and ten a day.
  'recovery-mail-per-account': [
    [3, 15 * MINUTE],
    [10, DAY],
  ],
  // A browser that the account has signed in from has its own: strangers cannot use it up (DESIGN rule 6).
  'recovery-mail-per-known-device': [
    [3, 15 * MINUTE],
    [10, DAY],
  ],
  'sms-per-number': [
    [3, 10 * MINUTE],
    [10, DAY],
  ],
  'sms-per-account': [
    [3, 10 * MINUTE],
    [10, DAY],
  ],
  // A /24 or /64 may be a whole office or a mobile carrier.
  'recovery-begin-per-network': [
    [30, 15 * MINUTE],
    [300, DAY],
  ],
  'sms-per-network': [
    [20, HOUR],
    [100, DAY],
  ],
  // Numbers that differ in the last four digits only: where pumping shows first.
  'sms-per-prefix': [
    [20, HOUR],
    [50, DAY],
  ],
  'sms-per-country': [
    [500, HOUR],
    [5_000, DAY],
  ],
  'sms-in-all': [
    [1_000, HOUR],
    [10_000, DAY],
  ],
  'mail-in-all': [
    [10_000, HOUR],
    [100_000, DAY],
  ],
  // Wrong passwords of a /24 or /64, and of a /48: one password against a million names (ASVS 6.3.1).
  'sign-in-failures-per-network': [[100, 15 * MINUTE]],
  'sign-in-failures-per-site': [[400, 15 * MINUTE]],
};

/** Budgets whose end an operator must hear of: they stand for many people, or for money (D-22). */
const ALARMING: readonly LimitBudget[] = ['sms-per-prefix', 'sms-per-country', 'sms-in-all', 'mail-in-all'];

/** Fixed windows in PostgreSQL, counted by one upsert each. Keys are kept as SHA-256: they hold numbers and addresses. */
export function limitsOn(pool: Pool, log: StoreLog): Limits {
  const budgets = Object.keys(BUDGETS).filter(isBudget);
  const limiters = new Map(
    budgets.map((budget) => [
      budget,
      BUDGETS[budget].map(
        ([points, duration]) =>
          new RateLimiterPostgres({
            storeClient: pool,
            storeType: 'pool',
            tableName: 'rate_limits',
            tableCreated: true,
            clearExpiredByTimeout: false,
            keyPrefix: `${budget}/${duration}`,
            points,
            duration,
          }),
      ),
    ]),
  );

  async function takeOne(budget: LimitBudget, key: string): Promise<boolean> {
    const hash = sha256(key).toString('base64url');
    for (const limiter of limiters.get(budget) ?? []) {
      try {
        await limiter.consume(hash);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        if (ALARMING.includes(budget)) log.warn({ budget, consumed: refusal.consumedPoints }, 'a budget is used up');
        return false;
      }
    }
    return true;
  }

  return {
    async take(takes) {
      const narrowFirst = takes.toSorted((a, b) => budgets.indexOf(a.budget) - budgets.indexOf(b.budget));
      for (const { budget, key } of narrowFirst) if (!(await takeOne(budget, key))) return false;
      return true;
    },
  };
}

function isBudget(name: string): name is LimitBudget {
  return Object.hasOwn(BUDGETS, name);
}
