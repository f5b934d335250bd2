import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitBudget, Limits, Take } from '../flows/ports.ts';
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
  // Strangers may have three mails written to an account in a quarter of an hour, and ten a day; then see `ALWAYS`.
  'recovery-mail-per-account': [
    [3, 15 * MINUTE],
    [10, DAY],
  ],
  // A browser that the account has signed in from has its own: strangers cannot use it up (DESIGN rule 6).
  'recovery-mail-per-known-device': [
    [3, 15 * MINUTE],
    [10, DAY],
  ],
  // Codes to an address that somebody with an account types: it may be anybody's.
  'contact-mail-per-account': [
    [6, 15 * MINUTE],
    [20, DAY],
  ],
  'contact-mail-per-address': [
    [3, 15 * MINUTE],
    [10, DAY],
  ],
  // Each is good for one phone at most; what it changes takes from `changes-per-account` too.
  'pairings-per-account': [
    [10, 15 * MINUTE],
    [30, DAY],
  ],
  // Each change is told by SMS to every number of the account, and nothing may silence that: so the changes are counted (toll fraud).
  'changes-per-account': [
    [20, HOUR],
    [50, DAY],
  ],
  // Each reads up to 20,000 lines of the log (0.4 s), and writes one. Its own, so that it takes nothing from what an owner must be able to change.
  'exports-per-account': [
    [10, HOUR],
    [30, DAY],
  ],
  'sms-per-number': [
    [3, 10 * MINUTE],
    [10, DAY],
  ],
  'sms-per-account': [
    [3, 10 * MINUTE],
    [10, DAY],
  ],
  // A /24 or /64 may be a whole office or a mobile carrier: said openly and only for minutes, since it may hit the innocent. A /48
  // is what one customer has of IPv6, 65,536 networks: four times that.
  'recovery-begin-per-network': [[30, 15 * MINUTE]],
  'recovery-begin-per-site': [[120, 15 * MINUTE]],
  'contact-mail-per-network': [[30, 15 * MINUTE]],
  'contact-mail-per-site': [[120, 15 * MINUTE]],
  'sms-per-network': [
    [20, HOUR],
    [100, DAY],
  ],
  'sms-per-site': [
    [40, HOUR],
    [200, DAY],
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
  // Whoever has a list of names can have all of them told: less than of codes, and apart from them, since no code may be stopped by it (A26).
  'asked-sms-per-prefix': [
    [20, HOUR],
    [50, DAY],
  ],
  'asked-sms-in-all': [
    [100, HOUR],
    [1_000, DAY],
  ],
  'mail-in-all': [
    [10_000, HOUR],
    [100_000, DAY],
  ],
  // Decoys must take nothing from the mail of real people (A26), and cost what mail costs (A11).
  'decoys-in-all': [
    [10_000, HOUR],
    [100_000, DAY],
  ],
  // Wrong passwords of a /24 or /64, and of a /48: one password against a million names (ASVS 6.3.1).
  'sign-in-failures-per-network': [[100, 15 * MINUTE]],
  'sign-in-failures-per-site': [[400, 15 * MINUTE]],
};

/**
 * What stays when the longest window is used up: a stranger could stop an owner's recovery for a day otherwise (A26). One mail
 * in a quarter of an hour, whoever asked for it: any of them can be used by the owner.
 */
const ALWAYS: Readonly<Partial<Record<LimitBudget, readonly [points: number, seconds: number]>>> = {
  'recovery-mail-per-account': [1, 15 * MINUTE],
  'recovery-mail-per-known-device': [1, 15 * MINUTE],
};

/** Budgets whose end an operator must hear of: they stand for many people, or for money (D-22). */
const ALARMING: readonly LimitBudget[] = [
  'sms-per-prefix',
  'sms-per-country',
  'sms-in-all',
  'asked-sms-per-prefix',
  'asked-sms-in-all',
  'mail-in-all',
];

/** Fixed windows in PostgreSQL, counted by one upsert each. Keys are kept as SHA-256: they hold numbers and addresses. */
export function limitsOn(pool: Pool, log: StoreLog): Limits {
  const limiterOf = (budget: LimitBudget, [points, duration]: readonly [number, number], name = '') =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: `${budget}/${name}${duration}`,
      points,
      duration,
    });
  const budgets = Object.keys(BUDGETS).filter(isBudget);
  const limiters = new Map(
    budgets.map((budget) => {
      const always = ALWAYS[budget];
      const windows = BUDGETS[budget].map((window) => limiterOf(budget, window));
      return [budget, { windows, always: always && limiterOf(budget, always, 'always/') }];
    }),
  );

  async function takeOne({ budget, key }: Take): Promise<boolean> {
    const hash = hashOf(key);
    const { windows = [], always } = limiters.get(budget) ?? {};
    for (const [n, window] of windows.entries()) {
      const over = await consume(window, hash);
      if (over === undefined) continue;
      const left = n > 0 && n === windows.length - 1 ? always : undefined;
      if (left && (await consume(left, hash)) === undefined) continue;
      if (ALARMING.includes(budget)) log.warn({ budget, consumed: over.consumedPoints }, 'a budget is used up');
      return false;
    }
    return true;
  }

  return {
    async take(takes) {
      const narrowFirst = takes.toSorted((a, b) => budgets.indexOf(a.budget) - budgets.indexOf(b.budget));
      for (const one of narrowFirst) if (!(await takeOne(one))) return false;
      return true;
    },
    async emptyUntil(takes) {
      const windows = takes.flatMap(({ budget, key }) =>
        (limiters.get(budget)?.windows ?? []).map((window) => window.get(hashOf(key))),
      );
      const waits = (await Promise.all(windows)).map((found) =>
        found && found.remainingPoints <= 0 ? found.msBeforeNext : 0,
      );
      const longest = Math.max(0, ...waits);
      return longest > 0 ? Date.now() + longest : undefined;
    },
  };
}

/** Takes one; undefined, or how it stands when it was too much. */
async function consume(limiter: RateLimiterPostgres, hash: string): Promise<RateLimiterRes | undefined> {
  try {
    await limiter.consume(hash);
    return undefined;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}

const hashOf = (key: string) => sha256(key).toString('base64url');

function isBudget(name: string): name is LimitBudget {
  return Object.hasOwn(BUDGETS, name);
}
