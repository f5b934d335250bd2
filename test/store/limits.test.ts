import { expect, it } from 'vitest';
import { perNetwork } from '../../src/flows/network.ts';
import { BUDGETS } from '../../src/store/limits.ts';
import { atOnce, useStore } from './fixture.ts';

const warnings: object[] = [];
const fixture = useStore({ warn: (details) => void warnings.push(details), error: () => {} });

it('A23: of many parallel takes no more than the budget holds are allowed', async () => {
  const { limits } = fixture();
  const results = await atOnce(40, () => limits.take([{ budget: 'sms-per-number', key: '+41791234567' }]));
  expect(results.filter(Boolean)).toHaveLength(3);
  expect(await limits.take([{ budget: 'sms-per-number', key: '+41791234568' }])).toBe(true);
});

it('a stranger who has emptied his own budget takes nothing from everybody’s', async () => {
  const { limits, db } = fixture();
  const takes = [
    { budget: 'sms-in-all', key: 'all' },
    { budget: 'sms-per-account', key: 'victim' },
  ] as const;
  for (let n = 0; n < 10; n += 1) await limits.take(takes);
  const rows = await db.selectFrom('rate_limits').selectAll().where('key', 'like', 'sms-in-all%').execute();
  expect(rows.map(({ points }) => points)).toEqual([3, 3]);
});

it('DESIGN rule 6: strangers cannot use up what a known device has', async () => {
  const { limits } = fixture();
  for (let n = 0; n < 10; n += 1) await limits.take([{ budget: 'recovery-mail-per-account', key: 'owner' }]);
  expect(await limits.take([{ budget: 'recovery-mail-per-account', key: 'owner' }])).toBe(false);
  expect(await limits.take([{ budget: 'recovery-mail-per-known-device', key: 'owner:device' }])).toBe(true);
});

it('each window of a budget holds: a day’s end is not reset by ten quiet minutes', async () => {
  const { limits, db } = fixture();
  const take = () => limits.take([{ budget: 'sms-per-number', key: '+33612345678' }]);
  let allowed = 0;
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 3; n += 1) if (await take()) allowed += 1;
    await db.updateTable('rate_limits').set({ expire: 0 }).where('key', 'like', 'sms-per-number/600:%').execute();
  }
  expect(allowed).toBe(10);
});

it('A26: when the day is used up, one mail in a quarter of an hour stays', async () => {
  const { limits, db } = fixture();
  const take = () => limits.take([{ budget: 'recovery-mail-per-account', key: 'owner of a day' }]);
  const quarterLater = () =>
    db.updateTable('rate_limits').set({ expire: 0 }).where('key', 'like', 'recovery-mail-per-account/%900:%').execute();
  const allowed = [];
  for (let round = 0; round < 7; round += 1) {
    let count = 0;
    for (let n = 0; n < 5; n += 1) if (await take()) count += 1;
    allowed.push(count);
    await quarterLater();
  }
  // Ten of the day, and the first one that always stays.
  expect(allowed).toEqual([3, 3, 3, 2, 1, 1, 1]);
});

it('asked, a budget says until when it is empty, and nothing is taken', async () => {
  const { limits } = fixture();
  const takes = perNetwork('sign-in-failures', '2001:db8::1');
  expect(await atOnce(150, () => limits.emptyUntil(takes))).toEqual(Array(150).fill(undefined));
  const before = Date.now();
  const taken = await atOnce(101, () => limits.take(takes));
  expect(taken.filter(Boolean)).toHaveLength(100);
  const until = (await limits.emptyUntil(takes)) ?? 0;
  expect(until - before).toBeGreaterThan(899_000);
  expect(until - Date.now()).toBeLessThanOrEqual(900_000);
  expect(await limits.emptyUntil(perNetwork('sign-in-failures', '2001:db8:0:1::1'))).toBeUndefined();
});

it.each([
  ['203.0.113.7', [{ budget: 'sms-per-network', key: '203.0.113.0/24' }]],
  ['::ffff:203.0.113.7', [{ budget: 'sms-per-network', key: '203.0.113.0/24' }]],
  [
    '2001:DB8:0:12::1',
    [
      { budget: 'sms-per-network', key: '2001:db8:0:12::/64' },
      { budget: 'sms-per-site', key: '2001:db8:0::/48' },
    ],
  ],
  ['', [{ budget: 'sms-per-network', key: 'unknown' }]],
])('A23: what %s takes from', (ip, takes) => {
  expect(perNetwork('sms', ip)).toEqual(takes);
});

it('D-22: tells the operator when a budget that stands for many is used up', async () => {
  const { limits } = fixture();
  warnings.length = 0;
  for (let n = 0; n < 21; n += 1) await limits.take([{ budget: 'sms-per-prefix', key: '+3361234' }]);
  expect(warnings).toEqual([{ budget: 'sms-per-prefix', consumed: 21 }]);
});

it('keeps nothing of what is counted but its hash', async () => {
  const { limits, db } = fixture();
  await limits.take([{ budget: 'sms-per-number', key: '+41790000001' }]);
  const rows = await db.selectFrom('rate_limits').select('key').execute();
  expect(rows.filter(({ key }) => key.includes('79'.concat('0000001')))).toEqual([]);
});

it('every budget has at least one window', () => {
  for (const windows of Object.values(BUDGETS)) expect(windows.length).toBeGreaterThan(0);
});
