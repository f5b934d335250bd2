import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { Owner } from '../../../src/flows/account/act.ts';
import { addContact } from '../../../src/flows/account/add-contact.ts';
import { changeUsername } from '../../../src/flows/account/change-username.ts';
import { confirmContact } from '../../../src/flows/account/confirm-contact.ts';
import { makePrimary } from '../../../src/flows/account/make-primary.ts';
import { removeContact } from '../../../src/flows/account/remove-contact.ts';
import type { Ports } from '../../../src/flows/ports.ts';
import { accountOf, again, ownerOf } from '../../support/owner.ts';
import { addOrganization, addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const CODE = '424242';

let test: TestPorts;
/** Every code is 424242. */
let ports: Ports;
beforeAll(async () => {
  test = await openPorts();
  ports = { ...test.ports, crypto: { ...test.ports.crypto, digits: (count) => CODE.slice(0, count) } };
});
afterAll(() => test.close());
beforeEach(() => unlimited());

const unlimited = () => sql`delete from rate_limits`.execute(test.database.db);
let made = 0;
const newEmail = () => `new${(made += 1)}@example.net`;
const newPhone = () => `+4178${String(6_000_000 + (made += 1))}`;
const valuesOf = async (person: Person) => (await accountOf(test, person.id)).contacts.map(({ value }) => value);
const contactOf = async (person: Person, value: string) => {
  const found = (await accountOf(test, person.id)).contacts.find((contact) => contact.value === value);
  if (!found) throw new Error(`${value} is not there`);
  return found;
};

async function asked(owner: Owner, kind: 'email' | 'phone', value: string, replaces?: string): Promise<string> {
  const sent = await addContact(ports, owner, { kind, value, ...(replaces !== undefined && { replaces }) });
  if (sent.outcome !== 'sent') throw new Error(JSON.stringify(sent));
  return sent.codeId;
}

async function added(person: Person, kind: 'email' | 'phone', value: string, replaces?: string) {
  const owner = await ownerOf(test, person.id);
  return confirmContact(ports, owner, await asked(owner, kind, value, replaces), CODE);
}

describe('races', () => {
  it('the right code typed many times at once adds one', async () => {
    const person = await addPerson(test);
    const owner = await ownerOf(test, person.id);
    const value = newEmail();
    const codeId = await asked(owner, 'email', value);
    const all = await Promise.all(Array.from({ length: 5 }, () => confirmContact(ports, owner, codeId, CODE)));
    expect(all.filter(({ outcome }) => outcome === 'confirmed')).toHaveLength(1);
    expect((await valuesOf(person)).filter((held) => held === value)).toHaveLength(1);
  });

  it('two codes for one number at once: it is added once', async () => {
    const person = await addPerson(test);
    const owner = await ownerOf(test, person.id);
    const value = newPhone();
    const ids = [await asked(owner, 'phone', value), await asked(owner, 'phone', value)];
    const all = await Promise.all(ids.map((id) => confirmContact(ports, owner, id, CODE)));
    expect(all.map(({ outcome }) => outcome).toSorted()).toEqual(['confirmed', 'refused']);
    expect((await valuesOf(person)).filter((held) => held === value)).toHaveLength(1);
  });

  it('two accounts confirm one address at once: one has it, the other is answered like a wrong code', async () => {
    for (let round = 0; round < 5; round += 1) {
      await unlimited();
      const people = [await addPerson(test), await addPerson(test)] as const;
      const value = newEmail();
      const owners = await Promise.all(people.map(({ id }) => ownerOf(test, id)));
      const waiting = await Promise.all(
        owners.map(async (owner) => ({ owner, id: await asked(owner, 'email', value) })),
      );
      const all = await Promise.all(waiting.map(({ owner, id }) => confirmContact(ports, owner, id, CODE)));
      expect(all.map((one) => (one.outcome === 'refused' ? one.reason : one.outcome)).toSorted()).toEqual([
        'confirmed',
        'wrong-code',
      ]);
      const held = await Promise.all(people.map(valuesOf));
      expect(held.flat().filter((one) => one === value)).toHaveLength(1);
    }
  });

  it('two removals at once leave one verified address', async () => {
    const person = await addPerson(test);
    const value = newEmail();
    await added(person, 'email', value);
    const owner = await ownerOf(test, person.id);
    const ids = owner.account.contacts.filter(({ kind }) => kind === 'email').map(({ id }) => id);
    const all = await Promise.all(ids.map((id) => removeContact(ports, owner, id)));
    expect(all.map(({ outcome }) => outcome).toSorted()).toEqual(['refused', 'removed']);
    expect((await accountOf(test, person.id)).contacts.filter(({ kind }) => kind === 'email')).toHaveLength(1);
  });

  it('a username wanted by many at once is one account’s', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => addPerson(test)));
    const owners = await Promise.all(people.map(({ id }) => ownerOf(test, id)));
    const name = `wanted-${test.crypto.digits(6)}`;
    const all = await Promise.all(
      owners.map((owner, n) => changeUsername(ports, owner, n % 2 ? name : name.toUpperCase())),
    );
    expect(all.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1);
    expect(all.filter((one) => one.outcome === 'refused' && one.reason === 'taken')).toHaveLength(3);
  });
});

describe('from when it counts', () => {
  const rests = async (person: Person, value: string) => (await contactOf(person, value)).countsFrom - test.clock.now;

  it('a second one of its kind after the rest of the policy; the first one at once', async () => {
    const person = await addPerson(test);
    const [second, third] = [newEmail(), newPhone()];
    await added(person, 'email', second);
    await added(person, 'phone', third);
    expect([await rests(person, second), await rests(person, third)]).toEqual([7 * DAY, 7 * DAY]);

    const alone = await addPerson(test);
    const { id } = await contactOf(alone, alone.phone);
    await test.ports.store.contacts.remove(alone.id, [id]);
    const first = newPhone();
    await added(alone, 'phone', first);
    expect(await rests(alone, first)).toBe(0);
  });

  it('not at once while one that was given up may still veto, however it went', async () => {
    const person = await addPerson(test);
    const owner = await ownerOf(test, person.id);
    const { id } = await contactOf(person, person.phone);
    expect(await removeContact(ports, owner, id)).toMatchObject({ outcome: 'removed' });
    const value = newPhone();
    await added(person, 'phone', value);
    expect(await rests(person, value)).toBe(7 * DAY);
    expect((await contactOf(person, value)).primary).toBe(true);

    const replaced = newEmail();
    await added(person, 'email', replaced, (await contactOf(person, person.email)).id);
    expect(await rests(person, replaced)).toBe(7 * DAY);
    // Also the same number once more.
    await added(person, 'phone', person.phone);
    expect(await rests(person, person.phone)).toBe(7 * DAY);
    expect((await accountOf(test, person.id)).formerContacts.map((former) => former.value)).toEqual([person.email]);
  });

  it('as long as the policy says', async () => {
    const { lifetimes } = PRESETS['password-sms'];
    const policy = { ...PRESETS['password-sms'], lifetimes: { ...lifetimes, contactRest: 2 * 86_400 } };
    const person = await addPerson(test, { organizationId: await addOrganization(test, policy) });
    const value = newEmail();
    await added(person, 'email', value);
    expect(await rests(person, value)).toBe(2 * DAY);
  });
});

it('A11 the code of a taken address is nothing, though it was drawn like any other', async () => {
  const [person, other] = [await addPerson(test), await addPerson(test)];
  const owner = await ownerOf(test, person.id);
  const codeId = await asked(owner, 'email', other.email);
  expect(await confirmContact(ports, owner, codeId, CODE)).toMatchObject({ outcome: 'refused', reason: 'wrong-code' });
  const free = await asked(owner, 'email', newEmail());
  expect(await confirmContact(ports, owner, free, CODE)).toMatchObject({ outcome: 'confirmed' });
});

it('A12 200 guesses at once, over many codes: no more are compared than may be', async () => {
  const person = await addPerson(test);
  const owner = await ownerOf(test, person.id);
  const ids = [await asked(owner, 'email', newEmail()), await asked(owner, 'email', newEmail())];
  let compared = 0;
  const counting: Ports = {
    ...ports,
    crypto: {
      ...ports.crypto,
      equal: (a, b) => {
        compared += 1;
        return ports.crypto.equal(a, b);
      },
    },
  };
  const guess = (n: number) => String(n).padStart(6, '0');
  const all = await Promise.all(
    Array.from({ length: 200 }, (_, n) => confirmContact(counting, owner, ids[n % 2] ?? '', guess(n))),
  );
  expect(compared).toBe(5);
  expect(all.filter((one) => one.outcome === 'refused' && one.reason === 'slow-down')).toHaveLength(195);
  // A new code brings no new tries (NIST OOB-04): two were made already, one is left before the next wait is longer.
  test.clock.now += 31_000;
  const fresh = await asked(owner, 'email', newEmail());
  const more = await Promise.all(Array.from({ length: 5 }, (_, n) => confirmContact(counting, owner, fresh, guess(n))));
  expect(more.filter((one) => one.outcome === 'refused' && one.reason === 'slow-down')).toHaveLength(4);
});

it('a code is one account’s, good for ten minutes and for nothing else', async () => {
  const [person, other] = [await addPerson(test), await addPerson(test)];
  const [owner, stranger] = [await ownerOf(test, person.id), await ownerOf(test, other.id)];
  const codeId = await asked(owner, 'email', newEmail());
  expect(await confirmContact(ports, stranger, codeId, CODE)).toMatchObject({ reason: 'code-expired' });
  expect(await confirmContact(ports, owner, 'no-such-code', CODE)).toMatchObject({ reason: 'code-expired' });
  test.clock.now += 10 * MINUTE;
  expect(await confirmContact(ports, owner, codeId, CODE)).toMatchObject({ reason: 'code-expired' });
  expect(await valuesOf(person)).toHaveLength(2);
});

it('A4 nothing is changed in a session that is too weak, too old, or over', async () => {
  const person = await addPerson(test);
  const fresh = await ownerOf(test, person.id);
  const codeId = await asked(fresh, 'email', newEmail());
  const phone = await contactOf(person, person.phone);
  const weak = await ownerOf(test, person.id, { acr: 'urn:regain:acr:1' });
  const old = await ownerOf(test, person.id, { at: test.clock.now - 20 * MINUTE - 1 });
  const over = { ...fresh, session: { ...fresh.session, uid: 'nobody’s' } };
  const before = JSON.stringify(await accountOf(test, person.id));
  for (const [owner, verdict] of [
    [weak, 'step-up'],
    [old, 'step-up'],
    [over, 'session-over'],
  ] as const) {
    const outcomes = [
      await addContact(ports, owner, { kind: 'email', value: newEmail() }),
      await confirmContact(ports, owner, codeId, CODE),
      await removeContact(ports, owner, phone.id),
      await makePrimary(ports, owner, phone.id),
      await changeUsername(ports, owner, `another-${made}`),
    ];
    expect(outcomes.map((one) => (one.outcome === 'not-allowed' ? one.verdict.verdict : one))).toEqual(
      outcomes.map(() => verdict),
    );
  }
  expect(JSON.stringify(await accountOf(test, person.id))).toBe(before);
});

it('the cooling period after a recovery: what changes contacts and username waits, until it is over', async () => {
  const person = await addPerson(test);
  const owner = await ownerOf(test, person.id);
  await test.ports.store.accounts.update(person.id, { recoveredAt: test.clock.now });
  const recovered = await again(test, owner);
  const waits = { outcome: 'not-allowed', verdict: { verdict: 'wait', until: test.clock.now + DAY } };
  expect(await addContact(ports, recovered, { kind: 'email', value: newEmail() })).toMatchObject(waits);
  expect(await changeUsername(ports, recovered, 'somebody-else')).toMatchObject(waits);
  const phone = await contactOf(person, person.phone);
  expect(await removeContact(ports, recovered, phone.id)).toMatchObject(waits);
  // A page that was loaded before the recovery is no way around it.
  expect(await removeContact(ports, owner, phone.id)).toMatchObject(waits);
  test.clock.now += DAY;
  expect(await removeContact(ports, await ownerOf(test, person.id), phone.id)).toMatchObject({ outcome: 'removed' });
});

describe('the last second factor', () => {
  const BY_SMS = { required: true, kinds: ['totp', 'sms-code'] } as const;
  const person = async () => {
    const policy = { ...PRESETS['password-sms'], secondFactor: { ...BY_SMS, kinds: [...BY_SMS.kinds] } };
    return addPerson(test, { totp: false, organizationId: await addOrganization(test, policy) });
  };
  const bySms = async (who: Person) => {
    const account = await accountOf(test, who.id);
    const proofs = [
      { kind: 'password', at: test.clock.now, by: account.credentials[0]?.id ?? '' },
      { kind: 'sms-code', at: test.clock.now, by: (await contactOf(who, who.phone)).id },
    ] as const;
    return ownerOf(test, who.id, { acr: 'urn:regain:acr:2-sms', proofs });
  };

  it('a number that is it stays, and can be replaced; then its sessions end', async () => {
    const who = await person();
    const owner = await bySms(who);
    const phone = await contactOf(who, who.phone);
    expect(await removeContact(ports, owner, phone.id)).toMatchObject({ outcome: 'refused', reason: 'last-factor' });
    const done = await confirmContact(ports, owner, await asked(owner, 'phone', newPhone(), phone.id), CODE);
    expect(done).toMatchObject({ outcome: 'confirmed', signedOut: true });
    expect(await test.ports.store.sessions.proofsOf(owner.session.uid, who.id)).toEqual([]);
  });

  it('a number that bound the account to a second factor binds it when it is gone', async () => {
    const who = await person();
    const owner = await bySms(who);
    const id = test.ports.crypto.uuid();
    const sealedSecret = test.ports.crypto.seal('JBSWY3DPEHPK3PXP', `credential:${id}`);
    const app = { id, kind: 'totp', label: '', sealedSecret, lastStep: null, unsettledUntil: null } as const;
    await test.ports.store.credentials.add(who.id, app);
    expect((await accountOf(test, who.id)).boundToSecondFactor).toBe(false);
    const phone = await contactOf(who, who.phone);
    const removed = await removeContact(ports, await again(test, owner), phone.id);
    expect(removed).toMatchObject({ outcome: 'removed', signedOut: true });
    expect((await accountOf(test, who.id)).boundToSecondFactor).toBe(true);
  });
});

it('A23 changes are counted, since each is told by SMS: none is made beyond, and no notice is left out', async () => {
  const person = await addPerson(test);
  const [second, third] = [newEmail(), newEmail()];
  await added(person, 'email', second);
  await added(person, 'email', third);
  await unlimited();
  const owner = await ownerOf(test, person.id);
  const ids = [(await contactOf(person, second)).id, (await contactOf(person, third)).id];
  const outcomes = [];
  for (let n = 0; n < 25; n += 1) outcomes.push(await makePrimary(ports, owner, ids[n % 2] ?? ''));
  expect(outcomes.filter(({ outcome }) => outcome === 'made-primary')).toHaveLength(20);
  expect(outcomes.at(-1)).toMatchObject({ outcome: 'refused', reason: 'too-much-changed' });
});

it('A23 codes to addresses and numbers have caps: per address, account, network, prefix, and in all', async () => {
  const owners = await Promise.all(Array.from({ length: 4 }, async () => ownerOf(test, (await addPerson(test)).id)));
  const ask = (owner: Owner, value: string, ip = '198.51.100.7') =>
    addContact(
      ports,
      { ...owner, visitor: { ...owner.visitor, ip } },
      { kind: value.startsWith('+') ? 'phone' : 'email', value },
    );
  const sent = (all: readonly { outcome: string }[]) => all.filter(({ outcome }) => outcome === 'sent').length;
  const wanted = newEmail();
  const [first] = owners;
  if (!first) throw new Error('nobody');
  expect(sent(await Promise.all(owners.map((owner, n) => ask(owner, wanted, `198.51.${n}.7`))))).toBe(3);
  await unlimited();
  const many = Array.from({ length: 8 }, newEmail);
  const all = await Promise.all(many.map((value) => ask(first, value)));
  expect(sent(all)).toBe(6);
  expect(all.find(({ outcome }) => outcome === 'refused')).toMatchObject({ reason: 'slow-down' });
  for (const [budget, key, value] of [
    ['contact-mail-per-network', '198.51.100.0/24', newEmail()],
    ['mail-in-all', 'all', newEmail()],
    ['sms-per-number', '+41786000000', '+41786000000'],
    ['sms-per-prefix', '+4178600', '+41786000001'],
    ['sms-in-all', 'all', newPhone()],
  ] as const) {
    await unlimited();
    if (budget.endsWith('in-all')) {
      await test.ports.limits.take([{ budget, key }]);
      await sql`update rate_limits set points = 1000000`.execute(test.database.db);
    } else while (await test.ports.limits.take([{ budget, key }]));
    expect([budget, await ask(first, value)]).toEqual([budget, expect.objectContaining({ reason: 'slow-down' })]);
  }
});

it('no number is added where no SMS can be sent', async () => {
  const owner = await ownerOf(test, (await addPerson(test)).id);
  const closed = { ...ports, closed: ['sms-code'] as const };
  expect(await addContact(closed, owner, { kind: 'phone', value: newPhone() })).toMatchObject({ reason: 'sms-closed' });
});
