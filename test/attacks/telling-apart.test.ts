import { sql } from 'kysely';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { PageOf } from '../web/recovery/page.ts';
import { type Application, useWorld } from '../web/recovery/world.ts';
import { postOnly, Witness } from './support/browsers.ts';
import { mannWhitney } from './support/mann-whitney.ts';
import { rows } from './support/rows.ts';

/** So often is each kind of name measured, while mail goes out and while it cannot; more often where two kinds seem to differ. */
const ROUNDS = 18;
const LEAST_P = 0.01;
/** Of 24 pairs one or the other differs by chance: what seems to is measured three times as often, and judged by all of it. */
const LOOKS = 3;
const LEAST_P_OF_ALL = 0.0001;

const KINDS = ['known', 'unknown', 'suspended', 'unverified'] as const;
type Kind = (typeof KINDS)[number];
/** What is posted: a name, right afterwards a wrong short code, and a wrong password; `down`: while the mail server refuses. */
const SERIES = ['begin', 'code', 'password', 'begin, down', 'code, down'] as const;
type Series = (typeof SERIES)[number];
type Times = Map<`${Series} ${Kind}`, number[]>;

const world = useWorld();
let app: Application;
beforeAll(async () => {
  app = await world().application('Notes');
  const { id } = await world().person();
  for (const kind of KINDS) if (kind !== 'unknown') await copies(id, kind, 6 * ROUNDS);
});
afterEach(() => world().mailSink.behave('accept'));

/** As many accounts like this one, without the price of as many passwords. */
async function copies(id: string, kind: Kind, count: number): Promise<void> {
  const name = sql`${kind}::text || '-' || n`;
  const suspendedAt = kind === 'suspended' ? sql`created_at` : sql`null::bigint`;
  const verifiedAt = kind === 'unverified' ? sql`null::bigint` : sql`c.verified_at`;
  await rows(
    world(),
    sql`
      insert into accounts (id, organization_id, username, username_key, locale, bound_to_second_factor, suspended_at)
      select gen_random_uuid(), organization_id, ${name}, ${name}, locale, true, ${suspendedAt}
      from accounts, generate_series(0, ${count - 1}::int) n where id = ${id}`,
  );
  const made = sql`(select id, username from accounts where username like ${`${kind}-%`}) made`;
  await rows(
    world(),
    sql`
      insert into contact_points (id, account_id, kind, value, key, verified_at, is_primary, counts_from)
      select gen_random_uuid(), made.id, c.kind, username || '@example.com', username || '@example.com',
        ${verifiedAt}, true, c.counts_from
      from contact_points c, ${made} where c.account_id = ${id} and c.kind = 'email'`,
  );
  await rows(
    world(),
    sql`
      insert into credentials (id, account_id, kind, label, password_hash)
      select gen_random_uuid(), made.id, 'password', '', c.password_hash
      from credentials c, ${made} where c.account_id = ${id} and c.kind = 'password'`,
  );
}

let networks = 0;
function fresh(): Witness {
  networks += 1;
  return new Witness(world().origin, {}, { ip: `100.${64 + (networks >> 8)}.${networks & 255}.9` });
}

/** What one name is answered, and after how long. */
async function measure(kind: Kind, round: number, series: readonly Series[], times: Times): Promise<string[]> {
  const answers: string[] = [];
  const username = `${kind}-${round}`;
  const browser = fresh();
  const form = await browser.open('/lost-credentials');
  for (const one of series) {
    const page = one === 'password' ? (await app.open(browser)).page : form;
    const before = performance.now();
    const answer = await post(one, browser, page, username);
    const took = performance.now() - before;
    times.set(`${one} ${kind}`, [...(times.get(`${one} ${kind}`) ?? []), took]);
    const names = [...answer.page.headers.keys()].filter((name) => name !== 'set-cookie');
    const cookies = answer.page.headers.getSetCookie().map((line) => line.split('=')[0]);
    answers.push([one.split(',')[0], answer.status, ...names, ...cookies].join(' '));
  }
  return answers;
}

function post(one: Series, browser: Witness, page: PageOf, username: string): ReturnType<typeof postOnly> {
  if (one === 'password') return postOnly(browser, page, page.path, { username, password: 'not the password' });
  if (one.startsWith('code')) return postOnly(browser, page, '/lost-credentials/sent', { code: '000000' });
  return postOnly(browser, page, '/lost-credentials', { username });
}

const shuffled = <Item>(items: readonly Item[]) =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

/**
 * All kinds in each round, in another order each time. One after the other where the worker that writes the e-mails is at work; at once
 * where it has nothing to do, or fails.
 */
async function measureAll(look: number, times: Times): Promise<Set<string>> {
  const answers: string[] = [];
  for (let round = 2 * look * ROUNDS; round < 2 * (look + 1) * ROUNDS; round += 2) {
    world().mailSink.behave('accept');
    for (const kind of shuffled(KINDS)) answers.push(...(await measure(kind, round, ['begin', 'code'], times)));
    const wrong = shuffled(KINDS).map((kind) => measure(kind, round, ['password'], times));
    answers.push(...(await Promise.all(wrong)).flat());
    world().mailSink.behave('later');
    const down = shuffled(KINDS).map((kind) => measure(kind, round + 1, ['begin, down', 'code, down'], times));
    answers.push(...(await Promise.all(down)).flat());
  }
  return new Set(answers);
}

/** Pairs of kinds that would hardly differ so much if they took the same time. */
function differing(times: Times, least: number): string[] {
  const of = (series: Series, kind: Kind) => times.get(`${series} ${kind}`) ?? [];
  const pairs = KINDS.flatMap((a, n) => KINDS.slice(n + 1).map((b) => [a, b] as const));
  return SERIES.flatMap((series) =>
    pairs
      .filter(([a, b]) => mannWhitney(of(series, a), of(series, b)).p <= least)
      .map(([a, b]) => `${series}: ${a} | ${b}`),
  );
}

test('A11 the time and the outside of an answer are the same for every kind of name, while mail goes out and while it cannot', async () => {
  const times: Times = new Map();
  const outsides = await measureAll(0, times);
  expect([...times.values()].map(({ length }) => length)).toEqual(Array(SERIES.length * KINDS.length).fill(ROUNDS));
  // One for each of the three.
  expect(outsides.size).toBe(3);
  const seeming = differing(times, LEAST_P);
  for (let look = 1; look < LOOKS && seeming.length > 0; look += 1) await measureAll(look, times);
  expect(differing(times, LEAST_P_OF_ALL)).toEqual([]);
}, 240_000);

test('A11 the test that tells times apart does', () => {
  const some = Array.from({ length: ROUNDS }, (_, n) => 250 + (n % 7));
  const slower = some.map((time) => time + 3);
  expect(mannWhitney(some, slower).p).toBeLessThan(LEAST_P);
  expect(mannWhitney(some, some.toReversed()).p).toBeGreaterThan(0.9);
  // By hand: U = 6, its mean 15, z = (9 - 0.5) / sqrt(30) = 1.552.
  expect(mannWhitney([1.1, 2.2, 3.3, 4.4, 5.5], [2, 4, 6, 8, 10, 12]).p).toBeCloseTo(0.1207, 4);
});
