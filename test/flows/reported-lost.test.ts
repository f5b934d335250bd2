import { describe, expect, it } from 'vitest';
import type { SecondFactorKind } from '../../src/domain/policy.ts';
import { leadsBack, reportLost } from '../../src/flows/report-lost.ts';
import { journeyOf } from '../store/fixture.ts';
import type { Person } from '../support/people.ts';
import { THIEF, useContested } from './contested.ts';

const here = useContested();
const WITH_APP = ['email-code', 'password', 'totp'] as const;

const heldAs = async (person: Person, kind: string) =>
  (await here().account(person)).credentials.find((held) => held.kind === kind);

/** An account whose second factor nobody can register anew: it has no phone number. */
async function withoutPhone(settings: { passkey?: boolean } = {}): Promise<Person> {
  const { person, account, ports } = here();
  const owner = await person(settings);
  const phones = (await account(owner)).contacts.filter(({ kind }) => kind === 'phone').map(({ id }) => id);
  await ports.store.contacts.remove(owner.id, phones);
  return owner;
}

/** Whoever knows the password reports these lost. */
async function report(person: Person, kinds: readonly SecondFactorKind[]): Promise<void> {
  const { ports, test } = here();
  test.clock.now += 1_000;
  const by = (await heldAs(person, 'password'))?.id ?? '';
  const proofs = [{ kind: 'password', at: test.clock.now, by }] as const;
  const journey = await ports.store.journeys.create(
    journeyOf(test.clock, { accountId: person.id, proofs }),
    ports.crypto.hashToken(ports.crypto.token()),
  );
  expect((await reportLost(ports, THIEF, journey, kinds, 'App')).outcome).toBe('advanced');
}

async function waysAfterContest(person: Person) {
  const { contest, notice } = here();
  const frozen = await contest(await notice(person, 'reported-lost'));
  return frozen.outcome === 'frozen' ? frozen.waysBack : [];
}

describe('A26 a report by the password alone', () => {
  it('that leaves nothing else is not for good: off at once, and back by a contest with mailbox, password and the very thing', async () => {
    const { lift, account, ports } = here();
    const owner = await withoutPhone();
    expect(leadsBack(ports, await account(owner), ['totp'])).toBe(true);
    await report(owner, ['totp']);
    expect(await heldAs(owner, 'totp')).toMatchObject({ state: 'off', lostAt: null });
    expect(leadsBack(ports, await account(owner), ['totp'])).toBe(true);
    expect(await waysAfterContest(owner)).toEqual([WITH_APP]);
    expect(await lift(owner, ['email-code', 'password'])).toMatchObject({ outcome: 'refused' });
    expect((await lift(owner, WITH_APP)).outcome).toBe('finished');
    expect(await heldAs(owner, 'totp')).toMatchObject({ state: 'active' });
  });

  it('neither where the number does not count yet', async () => {
    const { account, ports, test } = here();
    const owner = await here().person();
    const phone = (await account(owner)).contacts.find(({ kind }) => kind === 'phone')?.id ?? '';
    await ports.store.contacts.rest(owner.id, [phone], test.clock.now + 86_400_000);
    await report(owner, ['totp']);
    expect((await heldAs(owner, 'totp'))?.lostAt).toBeNull();
  });

  it('of one thing after the other: the last one is not', async () => {
    const owner = await withoutPhone({ passkey: true });
    await report(owner, ['totp']);
    expect((await heldAs(owner, 'totp'))?.lostAt).not.toBeNull();
    await report(owner, ['passkey']);
    expect((await heldAs(owner, 'passkey'))?.lostAt).toBeNull();
    expect(await waysAfterContest(owner)).toEqual([['email-code', 'password', 'passkey']]);
  });

  it('of all at once: none is', async () => {
    const owner = await withoutPhone({ passkey: true });
    await report(owner, ['totp', 'passkey']);
    expect(new Set((await waysAfterContest(owner)).map((way) => way.at(-1)))).toEqual(new Set(['passkey', 'totp']));
  });
});

it('A36 where a recovery is open it is for good: no contest revives what was lost', async () => {
  const { account, ports } = here();
  const owner = await here().person();
  await report(owner, ['totp']);
  expect((await heldAs(owner, 'totp'))?.lostAt).not.toBeNull();
  expect((await waysAfterContest(owner)).flat()).not.toContain('totp');
  expect((await account(owner)).credentials.find(({ kind }) => kind === 'totp')?.state).toBe('off');
  expect(
    (await ports.store.notices.toldSince(owner.id, 0, 9)).find(({ kind }) => kind === 'reported-lost')?.removed,
  ).toEqual([]);
});
