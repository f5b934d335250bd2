import { describe, expect, it } from 'vitest';
import { addContact } from '../../../src/flows/account/add-contact.ts';
import { changeUsername } from '../../../src/flows/account/change-username.ts';
import { confirmContact } from '../../../src/flows/account/confirm-contact.ts';
import { removeContact } from '../../../src/flows/account/remove-contact.ts';
import type { Ports } from '../../../src/flows/ports.ts';
import { accountOf, again, ownerOf } from '../../support/owner.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { CODE, newEmail, newPhone, useCodes } from './codes.ts';

const MINUTE = 60_000;
const codes = useCodes();
const valuesOf = async (person: Person) =>
  (await accountOf(codes().test, person.id)).contacts.map(({ value }) => value);
const guess = (n: number) => String(n).padStart(6, '0');

describe('races', () => {
  it('the right code typed many times at once adds one', async () => {
    const person = await addPerson(codes().test);
    const owner = await ownerOf(codes().test, person.id);
    const value = newEmail();
    const codeId = await codes().asked(owner, 'email', value);
    const all = await Promise.all(Array.from({ length: 5 }, () => confirmContact(codes().ports, owner, codeId, CODE)));
    expect(all.filter(({ outcome }) => outcome === 'confirmed')).toHaveLength(1);
    expect((await valuesOf(person)).filter((held) => held === value)).toHaveLength(1);
  });

  it('two codes for one number at once: it is added once', async () => {
    const person = await addPerson(codes().test);
    const owner = await ownerOf(codes().test, person.id);
    const value = newPhone();
    const ids = [await codes().asked(owner, 'phone', value), await codes().asked(owner, 'phone', value)];
    const all = await Promise.all(ids.map((id) => confirmContact(codes().ports, owner, id, CODE)));
    expect(all.map(({ outcome }) => outcome).toSorted()).toEqual(['confirmed', 'refused']);
    expect((await valuesOf(person)).filter((held) => held === value)).toHaveLength(1);
  });

  it('two accounts confirm one address at once: one has it, the other is answered like a wrong code', async () => {
    for (let round = 0; round < 5; round += 1) {
      await codes().unlimited();
      const people = [await addPerson(codes().test), await addPerson(codes().test)] as const;
      const value = newEmail();
      const owners = await Promise.all(people.map(({ id }) => ownerOf(codes().test, id)));
      const waiting = await Promise.all(
        owners.map(async (owner) => ({ owner, id: await codes().asked(owner, 'email', value) })),
      );
      const all = await Promise.all(waiting.map(({ owner, id }) => confirmContact(codes().ports, owner, id, CODE)));
      expect(all.map((one) => (one.outcome === 'refused' ? one.reason : one.outcome)).toSorted()).toEqual([
        'confirmed',
        'wrong-code',
      ]);
      const held = await Promise.all(people.map(valuesOf));
      expect(held.flat().filter((one) => one === value)).toHaveLength(1);
    }
  });

  it('two removals at once leave one verified address', async () => {
    const person = await addPerson(codes().test);
    const value = newEmail();
    await codes().added(person, 'email', value);
    const owner = await ownerOf(codes().test, person.id);
    const ids = owner.account.contacts.filter(({ kind }) => kind === 'email').map(({ id }) => id);
    const all = await Promise.all(ids.map((id) => removeContact(codes().ports, owner, id)));
    expect(all.map(({ outcome }) => outcome).toSorted()).toEqual(['refused', 'removed']);
    expect((await accountOf(codes().test, person.id)).contacts.filter(({ kind }) => kind === 'email')).toHaveLength(1);
  });

  it('a username wanted by many at once is one account’s', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => addPerson(codes().test)));
    const owners = await Promise.all(people.map(({ id }) => ownerOf(codes().test, id)));
    const name = `wanted-${codes().test.crypto.digits(6)}`;
    const all = await Promise.all(
      owners.map((owner, n) => changeUsername(codes().ports, owner, n % 2 ? name : name.toUpperCase())),
    );
    expect(all.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1);
    expect(all.filter((one) => one.outcome === 'refused' && one.reason === 'taken')).toHaveLength(3);
  });
});

it('A11 the code of a taken address is nothing, though it was drawn like any other', async () => {
  const [person, other] = [await addPerson(codes().test), await addPerson(codes().test)];
  const owner = await ownerOf(codes().test, person.id);
  const codeId = await codes().asked(owner, 'email', other.email);
  expect(await confirmContact(codes().ports, owner, codeId, CODE)).toMatchObject({
    outcome: 'refused',
    reason: 'wrong-code',
  });
  const free = await codes().asked(owner, 'email', newEmail());
  // The activity of whoever asked tells them apart no better than the page.
  const lines = await codes().ports.store.activity.of(person.id, { kinds: ['contact.code-sent'], limit: 9 });
  expect(lines.map(({ details, actor }) => [Object.keys(details), actor])).toEqual([
    [['about'], 'user'],
    [['about'], 'user'],
  ]);
  // Newest first.
  expect(lines.map(({ details }) => details['about'])).toEqual([
    expect.stringMatching(/^n•••@e•••\.net$/),
    expect.stringMatching(/^u•••@e•••\.com$/),
  ]);
  expect(await confirmContact(codes().ports, owner, free, CODE)).toMatchObject({ outcome: 'confirmed' });
});

it('A11 all that differs for a taken address is done within what is answered evenly', async () => {
  const [person, other] = [await addPerson(codes().test), await addPerson(codes().test)];
  const owner = await ownerOf(codes().test, person.id);
  const { store } = codes().ports;
  let even = false;
  const seen: boolean[] = [];
  const watched: Ports = {
    ...codes().ports,
    evenly: async (work) => {
      even = true;
      const result = await work();
      even = false;
      return result;
    },
    store: {
      ...store,
      transaction: (work) => {
        seen.push(even);
        return store.transaction(work);
      },
    },
  };
  for (const value of [newEmail(), other.email])
    expect(await addContact(watched, owner, { kind: 'email', value })).toMatchObject({ outcome: 'sent' });
  expect(seen).toEqual([true, true]);
});

it('A12 200 guesses at once, over many codes: no more are compared than may be', async () => {
  const person = await addPerson(codes().test);
  const owner = await ownerOf(codes().test, person.id);
  const ids = [await codes().asked(owner, 'email', newEmail()), await codes().asked(owner, 'email', newEmail())];
  let compared = 0;
  const counting: Ports = {
    ...codes().ports,
    crypto: {
      ...codes().ports.crypto,
      equal: (a, b) => {
        compared += 1;
        return codes().ports.crypto.equal(a, b);
      },
    },
  };
  const all = await Promise.all(
    Array.from({ length: 200 }, (_, n) => confirmContact(counting, owner, ids[n % 2] ?? '', guess(n))),
  );
  expect(compared).toBe(5);
  expect(all.filter((one) => one.outcome === 'refused' && one.reason === 'slow-down')).toHaveLength(195);
  // A new code brings no new tries (NIST OOB-04): two were made already, one is left before the next wait is longer.
  codes().test.clock.now += 31_000;
  const fresh = await codes().asked(owner, 'email', newEmail());
  const more = await Promise.all(Array.from({ length: 5 }, (_, n) => confirmContact(counting, owner, fresh, guess(n))));
  expect(more.filter((one) => one.outcome === 'refused' && one.reason === 'slow-down')).toHaveLength(4);
});

it('a code is one account’s, good for ten minutes and for nothing else', async () => {
  const [person, other] = [await addPerson(codes().test), await addPerson(codes().test)];
  const [owner, stranger] = [await ownerOf(codes().test, person.id), await ownerOf(codes().test, other.id)];
  const codeId = await codes().asked(owner, 'email', newEmail());
  expect(await confirmContact(codes().ports, stranger, codeId, CODE)).toMatchObject({ reason: 'code-expired' });
  expect(await confirmContact(codes().ports, owner, 'no-such-code', CODE)).toMatchObject({ reason: 'code-expired' });
  codes().test.clock.now += 10 * MINUTE;
  expect(await confirmContact(codes().ports, owner, codeId, CODE)).toMatchObject({ reason: 'code-expired' });
  expect(await valuesOf(person)).toHaveLength(2);
});

it('A13 a code bears five wrong entries, however long one waits between them', async () => {
  const person = await addPerson(codes().test);
  const owner = await ownerOf(codes().test, person.id);
  const codeId = await codes().asked(owner, 'email', newEmail());
  for (let left = 4; left > 0; left -= 1)
    expect(await confirmContact(codes().ports, owner, codeId, guess(left))).toMatchObject({ triesLeft: left });
  expect(await confirmContact(codes().ports, owner, codeId, guess(5))).toMatchObject({ reason: 'no-tries-left' });
  codes().test.clock.now += 31_000;
  expect(await confirmContact(codes().ports, owner, codeId, CODE)).toMatchObject({ reason: 'code-expired' });
});

it('A14 a code that was used adds nothing again, though what it added is gone', async () => {
  const person = await addPerson(codes().test);
  const owner = await ownerOf(codes().test, person.id);
  const value = newEmail();
  const codeId = await codes().asked(owner, 'email', value);
  expect(await confirmContact(codes().ports, owner, codeId, CODE)).toMatchObject({ outcome: 'confirmed' });
  const { id } = await codes().contactOf(person, value);
  expect(await removeContact(codes().ports, await again(codes().test, owner), id)).toMatchObject({
    outcome: 'removed',
  });
  expect(await confirmContact(codes().ports, owner, codeId, CODE)).toMatchObject({ reason: 'code-expired' });
  expect(await valuesOf(person)).not.toContain(value);
});
