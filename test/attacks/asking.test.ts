import { beforeAll, describe, expect, test } from 'vitest';
import { prefixOf } from '../../src/domain/phone.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import { refuseRequest } from '../../src/flows/administration/emergency-requests.ts';
import { askForEmergencyCode } from '../../src/flows/ask-for-emergency-code.ts';
import type { Visitor } from '../../src/flows/ports.ts';
import { stateOfRequest, stopDigits, stopRequest } from '../../src/flows/stop-emergency-request.ts';
import { OWNER, THIEF, useContested } from '../flows/contested.ts';
import type { Person } from '../support/people.ts';

const here = useContested();
beforeAll(() => here().test.administration.store.policies.set('default', PRESETS['password-sms']));

const ask = (identifier: string, visitor: Visitor = THIEF, more = {}) =>
  askForEmergencyCode(here().ports, visitor, {
    identifier,
    organizationId: 'default',
    reason: 'lost everything',
    reach: 'by phone',
    ...more,
  });
const open = async ({ id }: Pick<Person, 'id'>) => {
  const { store, now } = here().ports;
  return (await store.emergencyRequests.queue(null, now(), 1_000)).filter(({ accountId }) => accountId === id);
};
const take = async (times: number, budget: 'asked-sms-per-prefix' | 'asked-sms-in-all', key: string) => {
  for (let n = 0; n < times; n += 1) await here().ports.limits.take([{ budget, key }]);
};

test('A28 what turns the direction of writing is in no text that somebody else reads', async () => {
  const [person, odd] = [await here().person(), 'a\u061cb\u200f\u202ec\u2066\ufeff\r\nd'];
  await ask(person.username, THIEF, { reason: odd, reach: odd });
  const [request] = await open(person);
  expect([request?.reason, request?.reach]).toEqual(['a b c d', 'a b c d']);
  await refuseRequest(here().test.administration, request?.id ?? '', odd);
  expect((await here().ports.store.emergencyRequests.find(request?.id ?? ''))?.answer).toBe('a b c d');
});

test('A12 the digits that stop a request are counted before they are compared, however many are typed at once', async () => {
  const person = await here().person();
  const { store, crypto, now } = here().ports;
  const [id, token] = [crypto.uuid(), crypto.token()];
  await store.emergencyRequests.add({
    id,
    accountId: person.id,
    organizationId: 'default',
    tokenHash: crypto.hashToken(crypto.token()),
    stopHash: crypto.hashToken(token),
    reason: 'lost everything',
    reach: 'by phone',
    ip: '',
    userAgent: '',
    knownBrowser: false,
    createdAt: now(),
    expiresAt: now() + 60_000,
  });
  const right = stopDigits(crypto, id);
  const wrong = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0')).filter((digits) => digits !== right);
  const stop = (digits: string) => stopRequest(here().ports, THIEF, { token, digits });
  const done = await Promise.all(wrong.map(stop));
  const compared = done.filter((each) => each.outcome === 'refused' && each.reason === 'wrong-digits').length;
  expect(compared).toBeGreaterThan(0);
  expect(compared).toBeLessThanOrEqual(5);
  expect(await stop(right)).toMatchObject({ reason: 'slow-down' });
  expect(await open(person)).toHaveLength(1);
});

describe('A23 SMS that somebody else pays for', () => {
  test('numbers of one prefix: beyond the cap nothing is sent, and nothing is filed that its owner is not told of', async () => {
    const person = await here().person();
    await take(20, 'asked-sms-per-prefix', prefixOf(person.phone));
    const done = await ask(person.username);
    expect(done.outcome).toBe('filed');
    expect(await open(person)).toEqual([]);
    const state = done.outcome === 'filed' ? await stateOfRequest(here().ports, done.token) : undefined;
    expect(state?.state).toBe('open');
    expect(await here().audit(person)).not.toContain('emergency-request.filed');
    // Codes have budgets of their own: nobody is kept from one by it.
    const codes = [
      { budget: 'sms-per-prefix', key: prefixOf(person.phone) },
      { budget: 'sms-in-all', key: 'all' },
    ] as const;
    expect(await here().ports.limits.emptyUntil(codes)).toBeUndefined();
  });

  test('of all strangers together: every name is told to wait, and whom the account knows is not among them', async () => {
    const person = await here().person();
    await here().ports.store.devices.remember(person.id, OWNER.deviceHash ?? Buffer.alloc(0), OWNER, Date.now());
    await take(100, 'asked-sms-in-all', 'all');
    const answers = [await ask(person.username), await ask('nobody-at-all')];
    for (const answer of answers) expect(answer).toMatchObject({ outcome: 'refused', reason: 'slow-down' });
    expect(await open(person)).toEqual([]);
    expect((await ask(person.username, OWNER)).outcome).toBe('filed');
    expect(await open(person)).toHaveLength(1);
  });
});
