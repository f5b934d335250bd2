import { describe, expect, test } from 'vitest';
import { suspendAccount } from '../../src/flows/administration/suspend-account.ts';
import { addPerson, crypto, journeyOf, visitor } from '../store/fixture.ts';
import { usePorts } from './ports.ts';

const { ports, fixture } = usePorts();

describe('A20 suspending', () => {
  test('ends sessions, tokens, journeys, links and known browsers of this account, and of no other', async () => {
    const { records, store, clock } = fixture();
    const hash = Buffer.alloc(32, 1);
    const left = async (person: { id: string; username: string }) => ({
      session: (await records.find('Session', `session-${person.username}`)) !== undefined,
      token: (await records.find('AccessToken', `token-${person.username}`)) !== undefined,
      journey: (await store.journeys.findSignIn(`uid-${person.username}`, hash, clock.now)) !== undefined,
      device: await store.devices.isKnown(person.id, hash),
      link: (await store.codes.findByToken('recovery-link', crypto.hashToken(person.username)))?.consumedAt === null,
    });
    const people = [await addPerson(fixture()), await addPerson(fixture())] as const;
    for (const person of people) {
      const { id: accountId, username } = person;
      await records.upsert('Session', `session-${username}`, { uid: `s-${username}`, accountId }, 3600);
      await records.upsert('AccessToken', `token-${username}`, { accountId, sessionUid: `s-${username}` }, 3600);
      await store.journeys.create(journeyOf(clock, { accountId, interactionUid: `uid-${username}` }), hash);
      await store.codes.create({
        id: crypto.uuid(),
        purpose: 'recovery-link',
        accountId,
        journeyId: null,
        contactId: person.emailId,
        tokenHash: crypto.hashToken(username),
        codeHash: null,
        expiresAt: clock.now + 300_000,
      });
      await store.devices.remember(accountId, hash, visitor, clock.now);
      expect(await left(person)).toEqual({ session: true, token: true, journey: true, device: true, link: true });
    }

    const [one, other] = people;
    expect(await suspendAccount(ports(), one.username)).toMatchObject({
      outcome: 'suspended',
      sub: one.id,
      sessionsEnded: 1,
    });
    expect(await left(one)).toEqual({ session: false, token: false, journey: false, device: false, link: false });
    expect(await left(other)).toEqual({ session: true, token: true, journey: true, device: true, link: true });
    expect((await store.accounts.load(one.id))?.suspendedAt).toBeTypeOf('number');
  });

  test('again keeps the first time', async () => {
    const person = await addPerson(fixture());
    const first = await suspendAccount(ports(), person.username);
    const second = await suspendAccount(ports(), person.email);
    expect(first.outcome).toBe('suspended');
    expect(second).toMatchObject({ outcome: 'suspended', suspendedAt: 'suspendedAt' in first ? first.suspendedAt : 0 });
  });
});
