import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { Owner } from '../../../src/flows/account/act.ts';
import { addContact } from '../../../src/flows/account/add-contact.ts';
import { changeUsername } from '../../../src/flows/account/change-username.ts';
import { confirmContact } from '../../../src/flows/account/confirm-contact.ts';
import { makePrimary } from '../../../src/flows/account/make-primary.ts';
import { removeContact } from '../../../src/flows/account/remove-contact.ts';
import { accountOf, again, ownerOf } from '../../support/owner.ts';
import { addOrganization, addPerson, type Person } from '../../support/people.ts';
import { CODE, newEmail, newPhone, useCodes } from './codes.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const codes = useCodes();

/** So many milliseconds from now it counts in a recovery. */
const rests = async (person: Person, value: string) =>
  (await codes().contactOf(person, value)).countsFrom - codes().test.clock.now;

/** Somebody whose phone is the second factor, and who signed in with it. */
const BY_SMS = { required: true, kinds: ['totp', 'sms-code'] } as const;
const withPhoneOnly = async () => {
  const policy = { ...PRESETS['password-sms'], secondFactor: { ...BY_SMS, kinds: [...BY_SMS.kinds] } };
  return addPerson(codes().test, { totp: false, organizationId: await addOrganization(codes().test, policy) });
};
const bySms = async (who: Person) => {
  const account = await accountOf(codes().test, who.id);
  const proofs = [
    { kind: 'password', at: codes().test.clock.now, by: account.credentials[0]?.id ?? '' },
    { kind: 'sms-code', at: codes().test.clock.now, by: (await codes().contactOf(who, who.phone)).id },
  ] as const;
  return ownerOf(codes().test, who.id, { acr: 'urn:regain:acr:2-sms', proofs });
};

const ask = (owner: Owner, value: string, ip = '198.51.100.7') =>
  addContact(
    codes().ports,
    { ...owner, visitor: { ...owner.visitor, ip } },
    { kind: value.startsWith('+') ? 'phone' : 'email', value },
  );
const sent = (all: readonly { outcome: string }[]) => all.filter(({ outcome }) => outcome === 'sent').length;

describe('from when it counts', () => {
  it('a second one of its kind after the rest of the policy; the first one at once', async () => {
    const person = await addPerson(codes().test);
    const [second, third] = [newEmail(), newPhone()];
    await codes().added(person, 'email', second);
    await codes().added(person, 'phone', third);
    expect([await rests(person, second), await rests(person, third)]).toEqual([7 * DAY, 7 * DAY]);

    const alone = await addPerson(codes().test);
    const { id } = await codes().contactOf(alone, alone.phone);
    await codes().test.ports.store.contacts.remove(alone.id, [id]);
    const first = newPhone();
    await codes().added(alone, 'phone', first);
    expect(await rests(alone, first)).toBe(0);
  });

  it('not at once while one that was given up may still veto, however it went', async () => {
    const person = await addPerson(codes().test);
    const owner = await ownerOf(codes().test, person.id);
    const { id } = await codes().contactOf(person, person.phone);
    expect(await removeContact(codes().ports, owner, id)).toMatchObject({ outcome: 'removed' });
    const value = newPhone();
    await codes().added(person, 'phone', value);
    expect(await rests(person, value)).toBe(7 * DAY);
    expect((await codes().contactOf(person, value)).primary).toBe(true);

    const replaced = newEmail();
    await codes().added(person, 'email', replaced, (await codes().contactOf(person, person.email)).id);
    expect(await rests(person, replaced)).toBe(7 * DAY);
    // Also the same number once more.
    await codes().added(person, 'phone', person.phone);
    expect(await rests(person, person.phone)).toBe(7 * DAY);
    expect((await accountOf(codes().test, person.id)).formerContacts.map((former) => former.value)).toEqual([
      person.email,
    ]);
  });

  it('as long as the policy says', async () => {
    const { lifetimes } = PRESETS['password-sms'];
    const policy = { ...PRESETS['password-sms'], lifetimes: { ...lifetimes, contactRest: 2 * 86_400 } };
    const person = await addPerson(codes().test, { organizationId: await addOrganization(codes().test, policy) });
    const value = newEmail();
    await codes().added(person, 'email', value);
    expect(await rests(person, value)).toBe(2 * DAY);
  });
});

it('A4 nothing is changed in a session that is too weak, too old, or over', async () => {
  const person = await addPerson(codes().test);
  const fresh = await ownerOf(codes().test, person.id);
  const codeId = await codes().asked(fresh, 'email', newEmail());
  const phone = await codes().contactOf(person, person.phone);
  const weak = await ownerOf(codes().test, person.id, { acr: 'urn:regain:acr:1' });
  const old = await ownerOf(codes().test, person.id, { at: codes().test.clock.now - 20 * MINUTE - 1 });
  const over = { ...fresh, session: { ...fresh.session, uid: 'nobody’s' } };
  const before = JSON.stringify(await accountOf(codes().test, person.id));
  for (const [owner, verdict] of [
    [weak, 'step-up'],
    [old, 'step-up'],
    [over, 'session-over'],
  ] as const) {
    const outcomes = [
      await addContact(codes().ports, owner, { kind: 'email', value: newEmail() }),
      await confirmContact(codes().ports, owner, codeId, CODE),
      await removeContact(codes().ports, owner, phone.id),
      await makePrimary(codes().ports, owner, phone.id),
      await changeUsername(codes().ports, owner, 'another-name'),
    ];
    expect(outcomes.map((one) => (one.outcome === 'not-allowed' ? one.verdict.verdict : one))).toEqual(
      outcomes.map(() => verdict),
    );
  }
  expect(JSON.stringify(await accountOf(codes().test, person.id))).toBe(before);
});

it('the cooling period after a recovery: what changes contacts and username waits, until it is over', async () => {
  const person = await addPerson(codes().test);
  const owner = await ownerOf(codes().test, person.id);
  await codes().test.ports.store.accounts.update(person.id, { recoveredAt: codes().test.clock.now });
  const recovered = await again(codes().test, owner);
  const waits = { outcome: 'not-allowed', verdict: { verdict: 'wait', until: codes().test.clock.now + DAY } };
  expect(await addContact(codes().ports, recovered, { kind: 'email', value: newEmail() })).toMatchObject(waits);
  expect(await changeUsername(codes().ports, recovered, 'somebody-else')).toMatchObject(waits);
  const phone = await codes().contactOf(person, person.phone);
  expect(await removeContact(codes().ports, recovered, phone.id)).toMatchObject(waits);
  // A page that was loaded before the recovery is no way around it.
  expect(await removeContact(codes().ports, owner, phone.id)).toMatchObject(waits);
  codes().test.clock.now += DAY;
  expect(await removeContact(codes().ports, await ownerOf(codes().test, person.id), phone.id)).toMatchObject({
    outcome: 'removed',
  });
});

describe('the last second factor', () => {
  it('a number that is it stays, and can be replaced; then its sessions end', async () => {
    const who = await withPhoneOnly();
    const owner = await bySms(who);
    const phone = await codes().contactOf(who, who.phone);
    expect(await removeContact(codes().ports, owner, phone.id)).toMatchObject({
      outcome: 'refused',
      reason: 'last-factor',
    });
    const done = await confirmContact(
      codes().ports,
      owner,
      await codes().asked(owner, 'phone', newPhone(), phone.id),
      CODE,
    );
    expect(done).toMatchObject({ outcome: 'confirmed', signedOut: true });
    expect(await codes().test.ports.store.sessions.proofsOf(owner.session.uid, who.id)).toEqual([]);
  });

  it('a number that bound the account to a second factor binds it when it is gone', async () => {
    const who = await withPhoneOnly();
    const owner = await bySms(who);
    const id = codes().test.ports.crypto.uuid();
    const sealedSecret = codes().test.ports.crypto.seal('JBSWY3DPEHPK3PXP', `credential:${id}`);
    const app = { id, kind: 'totp', label: '', sealedSecret, lastStep: null, unsettledUntil: null } as const;
    await codes().test.ports.store.credentials.add(who.id, app);
    expect((await accountOf(codes().test, who.id)).boundToSecondFactor).toBe(false);
    const phone = await codes().contactOf(who, who.phone);
    const removed = await removeContact(codes().ports, await again(codes().test, owner), phone.id);
    expect(removed).toMatchObject({ outcome: 'removed', signedOut: true });
    expect((await accountOf(codes().test, who.id)).boundToSecondFactor).toBe(true);
  });
});

it('A23 changes are counted, since each is told by SMS: none is made beyond, and no notice is left out', async () => {
  const person = await addPerson(codes().test);
  const [second, third] = [newEmail(), newEmail()];
  await codes().added(person, 'email', second);
  await codes().added(person, 'email', third);
  await codes().unlimited();
  const owner = await ownerOf(codes().test, person.id);
  const ids = [(await codes().contactOf(person, second)).id, (await codes().contactOf(person, third)).id];
  const outcomes = [];
  for (let n = 0; n < 25; n += 1) outcomes.push(await makePrimary(codes().ports, owner, ids[n % 2] ?? ''));
  expect(outcomes.filter(({ outcome }) => outcome === 'made-primary')).toHaveLength(20);
  expect(outcomes.at(-1)).toMatchObject({ outcome: 'refused', reason: 'too-much-changed' });
});

it('A23 codes to addresses and numbers have caps: per address, account, network, prefix, and in all', async () => {
  const owners = await Promise.all(
    Array.from({ length: 4 }, async () => ownerOf(codes().test, (await addPerson(codes().test)).id)),
  );
  const wanted = newEmail();
  const [first] = owners;
  if (!first) throw new Error('nobody');
  expect(sent(await Promise.all(owners.map((owner, n) => ask(owner, wanted, `198.51.${n}.7`))))).toBe(3);
  await codes().unlimited();
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
    await codes().unlimited();
    if (budget.endsWith('in-all')) {
      await codes().test.ports.limits.take([{ budget, key }]);
      await sql`update rate_limits set points = 1000000`.execute(codes().test.database.db);
    } else while (await codes().test.ports.limits.take([{ budget, key }]));
    expect([budget, await ask(first, value)]).toEqual([budget, expect.objectContaining({ reason: 'slow-down' })]);
  }
});

it('no number is added where no SMS can be sent', async () => {
  const owner = await ownerOf(codes().test, (await addPerson(codes().test)).id);
  const closed = { ...codes().ports, closed: ['sms-code'] as const };
  expect(await addContact(closed, owner, { kind: 'phone', value: newPhone() })).toMatchObject({ reason: 'sms-closed' });
});
