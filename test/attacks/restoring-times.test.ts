import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../src/domain/presets.ts';
import { grouped, restoreCodeFrom } from '../../src/domain/restore-code.ts';
import { addRestoreCode } from '../support/restore-codes.ts';
import { useWorld } from '../web/recovery/world.ts';
import { postOnly, Witness } from './support/browsers.ts';
import { mannWhitney } from './support/mann-whitney.ts';
import { rows } from './support/rows.ts';

/** As in `telling-apart.test.ts`: so often each kind is measured, more often where two seem to differ, and judged by all of it. */
const ROUNDS = 16;
const LOOKS = 3;
const LEAST_P = 0.01;
const LEAST_P_OF_ALL = 0.0001;
const RESTORE = '/lost-credentials/restore-code';

/** Whose name is typed, and what code: `right` is the only one that gets an e-mail. */
const KINDS = ['right', 'wrong', 'none', 'unknown', 'forbidden', 'suspended'] as const;
type Kind = (typeof KINDS)[number];
type Times = Map<Kind, number[]>;

const world = useWorld();
const codes = new Map<string, string>();
beforeAll(async () => {
  await world().policy(PRESETS['restore-code']);
  const { id } = await world().person();
  for (const kind of KINDS) if (kind !== 'unknown') await copies(id, kind);
});

/** Accounts like this one, without the price of as many passwords; all but `none` with a restore code. */
async function copies(id: string, kind: Kind): Promise<void> {
  const name = sql`${kind}::text || '-' || n`;
  await rows(
    world(),
    sql`
      insert into accounts
        (id, organization_id, username, username_key, locale, bound_to_second_factor, suspended_at, restore_forbidden)
      select gen_random_uuid(), organization_id, ${name}, ${name}, locale, true,
        ${kind === 'suspended' ? sql`created_at` : sql`null::bigint`}, ${kind === 'forbidden'}::boolean
      from accounts, generate_series(0, ${LOOKS * ROUNDS - 1}::int) n where id = ${id}`,
  );
  const made = await rows(
    world(),
    sql<{ id: string; username: string }>`
      insert into contact_points (id, account_id, kind, value, key, verified_at, is_primary, counts_from)
      select gen_random_uuid(), a.id, c.kind, a.username || '@example.com', a.username || '@example.com',
        c.verified_at, true, c.counts_from
      from contact_points c, accounts a where c.account_id = ${id} and c.kind = 'email' and a.username like ${`${kind}-%`}
      returning account_id as id, split_part(value, '@', 1) as username`,
  );
  if (kind === 'none') return;
  for (const { id: account, username } of made)
    codes.set(username, await addRestoreCode(world().ports, { id: account }));
}

let networks = 0;

/** What a name and a code are answered, and after how long. */
async function measure(kind: Kind, round: number, times: Times): Promise<string> {
  networks += 1;
  const browser = new Witness(world().origin, {}, { ip: `100.${64 + (networks >> 8)}.${networks & 255}.9` });
  const username = `${kind}-${round}`;
  const own = kind === 'wrong' ? undefined : codes.get(username);
  const code = own ?? grouped(restoreCodeFrom(world().ports.crypto.randomBytes(27)));
  const form = await browser.open(RESTORE);
  const before = performance.now();
  const answer = await postOnly(browser, form, RESTORE, { username, restore_code: code });
  times.set(kind, [...(times.get(kind) ?? []), performance.now() - before]);
  const cookies = answer.page.headers.getSetCookie().map((line) => line.split('=')[0]);
  return [answer.status, answer.location, ...[...answer.page.headers.keys()].toSorted(), ...cookies].join(' ');
}

const shuffled = (kinds: readonly Kind[]) =>
  kinds
    .map((kind) => ({ kind, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ kind }) => kind);

/** All kinds in each round, one after the other, in another order each time, with the worker that writes the e-mails at work. */
async function measureAll(look: number, times: Times): Promise<Set<string>> {
  const answers: string[] = [];
  for (let round = look * ROUNDS; round < (look + 1) * ROUNDS; round += 1)
    for (const kind of shuffled(KINDS)) answers.push(await measure(kind, round, times));
  return new Set(answers);
}

function differing(times: Times, least: number): string[] {
  const pairs = KINDS.flatMap((a, n) => KINDS.slice(n + 1).map((b) => [a, b] as const));
  return pairs
    .filter(([a, b]) => mannWhitney(times.get(a) ?? [], times.get(b) ?? []).p <= least)
    .map(([a, b]) => `${a} | ${b}`);
}

test('A11 a right restore code, a wrong one, none, a forbidden account and no account take the same time', async () => {
  const times: Times = new Map();
  const outsides = await measureAll(0, times);
  expect([...times.values()].map(({ length }) => length)).toEqual(Array(KINDS.length).fill(ROUNDS));
  expect([...outsides].map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(['303 /lost-credentials/sent']);
  const seeming = differing(times, LEAST_P);
  for (let look = 1; look < LOOKS && seeming.length > 0; look += 1) await measureAll(look, times);
  expect(differing(times, LEAST_P_OF_ALL)).toEqual([]);
  // Behind the even outside they did differ.
  const letters = world().mails.filter(({ text }) => text.includes('/lost-credentials/link/'));
  const mailed = letters.map(({ recipients }) => recipients[0]?.split('-')[0]);
  expect([...new Set(mailed)]).toEqual(['right']);
}, 240_000);
