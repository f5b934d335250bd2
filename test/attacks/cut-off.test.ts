import { sql } from 'kysely';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Repositories } from '../../src/flows/ports.ts';
import { codeOf } from '../support/people.ts';
import type { Browser } from '../web/recovery/browser.ts';
import type { PageOf } from '../web/recovery/page.ts';
import { typePassword, WORDS } from '../web/recovery/steps.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { toNextStep } from './support/clock.ts';
import { everything, queueEmpty, rows } from './support/rows.ts';
import { walkToNewPassword, walkToRegister } from './support/walks.ts';

const words = WORDS.en;
const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
});
beforeEach(() => toNextStep(world()));
afterEach(() => {
  killBefore(Number.POSITIVE_INFINITY);
});

/**
 * From now on the backend of a transaction is terminated before the n-th thing that is asked of the store within one, or right
 * before its end, where the audit rows and the commit are still to come. Returns how many were asked for.
 */
function killBefore(nth: number): () => number {
  const { database } = world().running.context;
  let asked = 0;
  Object.assign(world().ports.store, {
    transaction: <T>(work: (tx: Repositories) => Promise<T>) =>
      database.inTransaction(async (tx, db) => {
        const { rows: own } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
        const next = async () => {
          asked += 1;
          if (asked === nth) await rows(world(), sql`select pg_terminate_backend(${own[0]?.pid}, 5000)`);
        };
        const result = await work(spied(tx, next));
        await next();
        return result;
      }),
  });
  return () => asked;
}

/** The same repositories, each of whose calls waits for `before`. */
function spied(tx: Repositories, before: () => Promise<void>): Repositories {
  const called = (repository: object) => (method: unknown) => {
    if (typeof method !== 'function') return method;
    return async (...args: unknown[]) => {
      await before();
      return Reflect.apply(method, repository, args);
    };
  };
  return wrapped(tx, (repository) => wrapped(Object(repository), called(Object(repository))));
}

function wrapped<Target extends object>(target: Target, wrap: (value: unknown) => unknown): Target {
  return new Proxy(target, { get: (from, name) => wrap(Reflect.get(from, name)) });
}

interface LastStep {
  readonly press: () => Promise<PageOf>;
  /** What stands on top of the page once it is done. */
  readonly heading: string;
  /** Addresses and numbers that hear of it, once. */
  readonly told: readonly string[];
}

const register = (browser: Browser, page: PageOf) => () =>
  browser.press(page, words.continue, { code: codeOf(page.totpSecret, Date.now()) });

const LAST_STEPS: Readonly<Record<string, () => Promise<LastStep>>> = {
  'a recovery of the second factor': async () => {
    const person = await world().person();
    const browser = world().browser();
    const press = register(browser, await walkToRegister(world(), browser, person));
    return { press, heading: words.replaced, told: [person.email, person.phone] };
  },
  'a recovery of the password': async () => {
    const person = await world().person();
    const browser = world().browser();
    const page = await walkToNewPassword(world(), browser, person);
    const press = () => browser.press(page, words.setPassword, { password: 'a quiet harbour in spring' });
    return { press, heading: words.reset, told: [person.email, person.phone] };
  },
  'an invitation': async () => {
    const invited = await world().invited();
    const browser = world().browser();
    const page = await browser.press(await browser.open(invited.link), 'Set up my account');
    const registering = await browser.press(page, words.setPassword, { password: 'a quiet new harbour' });
    return { press: register(browser, registering), heading: 'Your account is ready', told: [invited.email] };
  },
  'a sign-in that registers a first factor': async () => {
    const person = await world().person({ totp: false });
    const browser = world().browser();
    const press = register(browser, await typePassword(browser, (await app.open(browser)).page, person));
    return { press, heading: 'Your second factor is registered', told: [person.email, person.phone] };
  },
};

const messagesTo = (told: readonly string[]) =>
  told.map((to) => {
    const mails = world().mails.filter(({ recipients }) => recipients.includes(to));
    return mails.length + world().texts.filter((text) => text.to === to).length;
  });

test.each(Object.entries(LAST_STEPS))(
  'A31 %s, its connection killed before any of its statements: as before, and a page that says so; or all of it',
  async (_, walk) => {
    const { press, heading, told } = await walk();
    await queueEmpty(world());
    const [before, messages] = [await everything(world()), messagesTo(told)];
    const pages: PageOf[] = [];
    let asked = killBefore(Number.POSITIVE_INFINITY);
    do {
      expect([pages.length, await everything(world())]).toEqual([pages.length, before]);
      asked = killBefore(pages.length + 1);
      pages.push(await press());
    } while (pages.at(-1)?.status === 503);

    expect(pages.at(-1)?.heading).toBe(heading);
    // It was killed before each of the things that it asks for, and once more before the commit.
    expect(asked()).toBe(pages.length - 1);
    expect(pages.length).toBeGreaterThan(6);
    expect(await everything(world())).not.toBe(before);
    await queueEmpty(world());
    expect(messagesTo(told)).toEqual(messages.map((count) => count + 1));
  },
);
