import { beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../../src/domain/message.ts';
import { confirmContact } from '../../../src/flows/account/confirm-contact.ts';
import { addingOf, contestAct } from '../../../src/flows/account/contest-act.ts';
import { removeContact } from '../../../src/flows/account/remove-contact.ts';
import { whoHears } from '../../../src/flows/announce.ts';
import { completeRecovery } from '../../../src/flows/complete-recovery.ts';
import { contest, previewContest } from '../../../src/flows/contest.ts';
import type { Ports } from '../../../src/flows/ports.ts';
import { journeyOf } from '../../store/fixture.ts';
import { FROM } from '../../support/from.ts';
import { accountOf, ownerOf } from '../../support/owner.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { CODE, newEmail, useCodes } from './codes.ts';

const DAY = 86_400_000;
const codes = useCodes();
/** What was written, in order. */
const sent: Message[] = [];
beforeEach(() => {
  sent.length = 0;
});

/** The ports of the test, listening to what is sent. */
const ports = (): Ports => {
  const { store } = codes().ports;
  return {
    ...codes().ports,
    store: {
      ...store,
      transaction: (work) =>
        store.transaction((tx) => {
          const outbox = { ...tx.outbox, send: (message: Message) => (sent.push(message), tx.outbox.send(message)) };
          return work({ ...tx, outbox });
        }),
    },
  };
};
const account = (person: Person) => accountOf(codes().test, person.id);
const hears = async (person: Person, value: string) =>
  whoHears(await account(person), codes().ports.now()).some((contact) => contact.value === value);
const linkTo = (value: string): string | undefined => {
  const content = sent.findLast((message) => message.to === value)?.content;
  return content?.template === 'notice' && 'contest' in content ? content.contest?.link.split('/').at(-1) : undefined;
};
const contestBy = (token: string | undefined) =>
  contest(ports(), FROM, { token: token ?? '', digits: CODE.slice(0, 2), also: [] });

/** An address that somebody with a session added so many days ago. */
async function withAddress(days: number): Promise<{ person: Person; value: string; id: string }> {
  const person = await addPerson(codes().test);
  const value = newEmail();
  const owner = await ownerOf(codes().test, person.id);
  const codeId = await codes().asked(owner, 'email', value);
  expect((await confirmContact(ports(), owner, codeId, CODE)).outcome).toBe('confirmed');
  codes().test.clock.now += days * DAY;
  return { person, value, id: (await codes().contactOf(person, value)).id };
}

async function removed(person: Person, id: string): Promise<void> {
  expect((await removeContact(ports(), await ownerOf(codes().test, person.id), id)).outcome).toBe('removed');
}

/** The way back by link, password and app. */
async function walkBack(person: Person): Promise<string> {
  const held = await account(person);
  const email = held.contacts.find(({ value }) => value === person.email)?.id ?? '';
  codes().test.clock.now += 1_000;
  const at = codes().test.clock.now;
  const proofs = [
    { kind: 'email-code', at, by: email } as const,
    ...held.credentials.flatMap(({ id, kind }) => (kind === 'passkey' ? [] : [{ kind, at, by: id }])),
  ];
  const walk = await codes().ports.store.journeys.create(
    journeyOf(codes().test.clock, {
      kind: 'recovery',
      goal: 'lift-freeze',
      accountId: person.id,
      interactionUid: null,
      proofs,
    }),
    codes().ports.crypto.hashToken(codes().ports.crypto.token()),
  );
  return (await completeRecovery(ports(), FROM, walk, { passwordHash: 'a new hash' })).outcome;
}

describe('an address that came lately and goes', () => {
  it('is told once that it goes, without a link, and nothing after that', async () => {
    const { person, value, id } = await withAddress(1);
    sent.length = 0;
    await removed(person, id);
    expect(sent.filter(({ to }) => to === value).map(({ content }) => content)).toEqual([
      expect.objectContaining({ notice: 'contact-removed' }),
    ]);
    expect(linkTo(value)).toBeUndefined();
    expect(linkTo(person.email)).toBeDefined();
    expect(await hears(person, value)).toBe(false);
    expect(await hears(person, person.email)).toBe(true);
  });

  it('the same, replaced by another one', async () => {
    const { person, value, id } = await withAddress(1);
    sent.length = 0;
    const owner = await ownerOf(codes().test, person.id);
    const codeId = await codes().asked(owner, 'email', newEmail(), id);
    expect((await confirmContact(ports(), owner, codeId, CODE)).outcome).toBe('confirmed');
    expect(sent.filter(({ to }) => to === value).map(({ content }) => content)).toEqual([
      expect.objectContaining({ notice: 'contact-removed' }),
    ]);
    expect([linkTo(value), await hears(person, value)]).toEqual([undefined, false]);
  });

  it('cannot contest by the links that it got before, while the owner’s are good', async () => {
    const { person, value, id } = await withAddress(0);
    await codes().added(person, 'phone', '+41786123456');
    const owner = await ownerOf(codes().test, person.id);
    const codeId = await codes().asked(owner, 'email', newEmail());
    await confirmContact(ports(), owner, codeId, CODE);
    const [theirs, mine] = [linkTo(value), linkTo(person.email)];
    expect(theirs).not.toBe(mine);
    expect(await previewContest(ports(), theirs ?? '')).toMatchObject({ state: 'open' });
    await removed(person, id);
    expect(await previewContest(ports(), theirs ?? '')).toEqual({ state: 'over' });
    expect(await contestBy(theirs)).toMatchObject({ outcome: 'refused', reason: 'code-expired' });
    expect((await account(person)).frozenAt).toBeNull();
    expect((await contestBy(mine)).outcome).toBe('frozen');
  });

  it('stays the account’s own for a while: no other one of its kind takes its place at once', async () => {
    const { person, value, id } = await withAddress(1);
    await removed(person, id);
    const [former] = (await account(person)).formerContacts;
    expect(former).toMatchObject({ value, silent: true });
    expect(former?.vetoUntil).toBe(codes().test.clock.now + 7 * DAY);
  });

  it('comes back neither by the contest of its removal nor for longer than before', async () => {
    const { person, value, id } = await withAddress(1);
    await removed(person, id);
    const until = (await account(person)).formerContacts[0]?.vetoUntil;
    expect((await contestBy(linkTo(person.email))).outcome).toBe('frozen');
    expect(await hears(person, value)).toBe(false);
    expect(await walkBack(person)).toBe('finished');
    const after = await account(person);
    expect(after.contacts.map((contact) => contact.value)).not.toContain(value);
    expect(after.formerContacts).toEqual([expect.objectContaining({ value, silent: true, vetoUntil: until })]);
  });
});

describe('an address of long standing', () => {
  it('that somebody with a session removes hears of it, contests it from there, and is the account’s again', async () => {
    const { person } = await withAddress(30);
    const { id } = await codes().contactOf(person, person.email);
    await removed(person, id);
    expect(await hears(person, person.email)).toBe(true);
    expect((await contestBy(linkTo(person.email))).outcome).toBe('frozen');
    // However long that takes: it is not forgotten while the contest is open.
    codes().test.clock.now += 30 * DAY;
    await codes().test.database.purgeExpired(1_000);
    expect(await walkBack(person)).toBe('finished');
    expect(await codes().contactOf(person, person.email)).toMatchObject({ id });
  });

  it('the account’s first one has a say, however lately it came', async () => {
    const person = await addPerson(codes().test);
    await codes().added(person, 'email', newEmail());
    await removed(person, (await codes().contactOf(person, person.email)).id);
    expect(await hears(person, person.email)).toBe(true);
    expect(linkTo(person.email)).toBeDefined();
  });

  it('hears no longer than it would have, when an operator keeps what was contested', async () => {
    const { person, value, id } = await withAddress(30);
    await removed(person, id);
    const until = (await account(person)).formerContacts[0]?.vetoUntil;
    expect((await contestBy(linkTo(value))).outcome).toBe('frozen');
    await codes().ports.store.accounts.update(person.id, { frozenAt: null });
    await codes().ports.store.notices.settle(person.id, codes().ports.now());
    expect((await account(person)).formerContacts).toEqual([expect.objectContaining({ value, vetoUntil: until })]);
    codes().test.clock.now += 8 * DAY;
    await codes().test.database.purgeExpired(1_000);
    expect((await account(person)).formerContacts).toEqual([]);
  });
});

it('“I don’t know this address”: the contest of its adding takes it away for good, removed before or not', async () => {
  for (const before of [false, true]) {
    const { person, value, id } = await withAddress(before ? 8 : 1);
    const adding = await addingOf(ports(), await account(person), id);
    if (before) await removed(person, id);
    const owner = await ownerOf(codes().test, person.id);
    expect(await contestAct(ports(), owner, adding?.id ?? '', [])).toMatchObject({ outcome: 'frozen' });
    expect(await addingOf(ports(), await account(person), id)).toBeUndefined();
    expect(await walkBack(person)).toBe('finished');
    const { contacts, formerContacts } = await account(person);
    expect([...contacts, ...formerContacts].map((contact) => contact.value)).not.toContain(value);
    expect(await codes().ports.store.contacts.holderOf(value)).toBeUndefined();
  }
  const person = await addPerson(codes().test);
  const { id } = await codes().contactOf(person, person.email);
  expect(await addingOf(ports(), await account(person), id)).toBeUndefined();
});
