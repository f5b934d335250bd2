import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { Owner } from '../../../src/flows/account/act.ts';
import { addPasskey, offerPasskey } from '../../../src/flows/account/add-passkey.ts';
import { addTotp, offerTotp } from '../../../src/flows/account/add-totp.ts';
import { removeDevice } from '../../../src/flows/account/remove-device.ts';
import type { Ports } from '../../../src/flows/ports.ts';
import { verdictOn } from '../../../src/flows/standing.ts';
import { atOnce } from '../../store/fixture.ts';
import { addOrganization, addPerson, codeOf, type Person } from '../../support/people.ts';
import { ISSUER, openPorts, type TestPorts } from '../../support/ports.ts';
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from '../../support/software-authenticator.ts';
import { auditOf, HOME, ownerOf } from './owner.ts';

let test: TestPorts;
let ports: Ports;
beforeAll(async () => {
  test = await openPorts();
  ports = test.ports;
});
afterAll(() => test.close());

const MINUTE = 60_000;
const named = (typed = '') => ({ typed, unnamed: 'Authenticator app' });

const factors = async ({ id }: Pick<Person, 'id'>) =>
  ((await ports.store.accounts.load(id))?.credentials ?? []).filter(({ kind }) => kind !== 'password');

const excluding = z.object({ excludeCredentials: z.array(z.object({ id: z.string() })) });

/** The form as its page shows it, filled in. */
function totpForm(owner: Owner, typed = '') {
  const { pending, secret } = offerTotp(ports, owner);
  return { pending, secret, code: codeOf(secret, ports.now()), name: named(typed) };
}

async function passkeyForm(owner: Owner, authenticator: SoftwareAuthenticator, origin = ISSUER) {
  const { pending, options } = await offerPasskey(ports, owner);
  const { challenge } = z.object({ challenge: z.string() }).parse(options);
  return {
    pending,
    response: authenticator.register({ challenge, origin, rpId: 'localhost' }),
    name: named(),
    challenge,
  };
}

/** An account of one factor, where the policy asks for no other. */
async function unbound(): Promise<Person> {
  const organizationId = await addOrganization(test, {
    ...PRESETS['password-sms'],
    secondFactor: { required: false, kinds: ['totp', 'passkey'] },
  });
  return addPerson(test, { organizationId, totp: false });
}

describe('A35 while a recovery cools down', () => {
  it('what is added signs in, and is no proof in another recovery at once; before and after that it counts', async () => {
    const person = await addPerson(test);
    const { cooling, settling } = PRESETS['password-sms'].lifetimes;
    const recoveredAt = ports.now();
    await ports.store.accounts.update(person.id, { recoveredAt });
    const added: (number | null | undefined)[] = [];
    for (const later of [MINUTE, cooling * 1000]) {
      test.clock.now = recoveredAt + later;
      const owner = await ownerOf(test, person);
      expect(await addTotp(ports, owner, totpForm(owner))).toMatchObject({ outcome: 'added' });
      const key = createSoftwareAuthenticator();
      expect(await addPasskey(ports, owner, await passkeyForm(owner, key))).toMatchObject({ outcome: 'added' });
      added.push(...(await factors(person)).slice(-2).map(({ unsettledUntil }) => unsettledUntil));
    }
    const until = recoveredAt + MINUTE + settling * 1000;
    expect(added).toEqual([until, until, null, null]);

    const account = await ports.store.accounts.load(person.id);
    const fresh = account?.credentials.find(({ kind, unsettledUntil }) => kind === 'totp' && unsettledUntil === until);
    const email = account?.contacts.find(({ kind }) => kind === 'email');
    if (!account || !fresh || !email) throw new Error('not added');
    test.clock.now = recoveredAt + 2 * MINUTE;
    const at = ports.now();
    const proofs = [
      { kind: 'email-code', at, by: email.id },
      { kind: 'totp', at, by: fresh.id },
    ] as const;
    const recovery = { goal: 'reset-password', atLeast: null, proofs } as const;
    expect(verdictOn(ports, account, recovery)).not.toMatchObject({ verdict: 'allow' });
    test.clock.now = until;
    expect(verdictOn(ports, account, recovery)).toMatchObject({ verdict: 'allow' });
  });
});

describe('an authenticator app', () => {
  it('is added beside the others, under its name, confirmed by its first code, which is spent then', async () => {
    const person = await addPerson(test);
    test.clock.now += 1_000;
    const owner = await ownerOf(test, person);
    const form = totpForm(owner, ' iPhone ');
    expect(await addTotp(ports, owner, form)).toEqual({ outcome: 'added', label: 'iPhone', first: false });
    const [, added] = await factors(person);
    expect(added).toMatchObject({ kind: 'totp', label: 'iPhone', addedFrom: { ip: HOME.ip } });
    const step = Math.floor(ports.now() / 30_000);
    expect(await ports.store.credentials.acceptStep(added?.id ?? '', step)).toBe(false);
    expect(await auditOf(test, person.id)).toContain('second-factor.enrolled');
    const [notice] = await ports.store.notices.toldSince(person.id, 0, 1);
    expect(notice).toMatchObject({ kind: 'second-factor-added', added: [added?.id], removed: [] });
  });

  it('a mistyped code keeps the secret; an old page gets a new one', async () => {
    const person = await addPerson(test);
    const owner = await ownerOf(test, person);
    const form = totpForm(owner);
    const wrong = form.code === '000000' ? '111111' : '000000';
    expect(await addTotp(ports, owner, { ...form, code: wrong })).toEqual({ outcome: 'refused', reason: 'wrong-code' });
    expect(await addTotp(ports, owner, { ...form, code: '12' })).toEqual({ outcome: 'refused', reason: 'not-a-code' });
    expect(offerTotp(ports, owner, form.pending).secret).toBe(form.secret);
    test.clock.now += 15 * MINUTE;
    const late = await addTotp(ports, owner, { ...form, code: codeOf(form.secret, ports.now()) });
    expect(late).toEqual({ outcome: 'refused', reason: 'expired' });
    expect(offerTotp(ports, owner, form.pending).secret).not.toBe(form.secret);
    expect(await factors(person)).toHaveLength(1);
  });

  it('A7 the form of another session, another account or another kind adds nothing', async () => {
    const [person, other] = [await addPerson(test), await addPerson(test)];
    const [owner, elsewhere, stranger] = [
      await ownerOf(test, person),
      await ownerOf(test, person),
      await ownerOf(test, other),
    ];
    const passkey = await passkeyForm(owner, createSoftwareAuthenticator());
    for (const form of [totpForm(elsewhere), totpForm(stranger), { ...totpForm(owner), pending: passkey.pending }])
      expect(await addTotp(ports, owner, form)).toEqual({ outcome: 'refused', reason: 'expired' });
    for (const pending of ['', 'x', totpForm(owner).pending.slice(0, -4)])
      expect(await addTotp(ports, owner, { ...totpForm(owner), pending })).toMatchObject({ reason: 'expired' });
    expect(await factors(person)).toHaveLength(1);
  });

  it('A14 one form, sent ten times at once, adds one; once that is removed it adds none', async () => {
    const person = await addPerson(test);
    const owner = await ownerOf(test, person);
    const form = totpForm(owner);
    const outcomes = await atOnce(10, () => addTotp(ports, owner, form));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(10).fill('added'));
    const [, added, third] = await factors(person);
    expect(third).toBeUndefined();
    const told = await ports.store.notices.toldSince(person.id, 0, 100);
    expect(told.filter(({ kind }) => kind === 'second-factor-added')).toHaveLength(1);
    await removeDevice(ports, await ownerOf(test, person), added?.id ?? '', 'App');
    expect(await addTotp(ports, owner, form)).toEqual({ outcome: 'refused', reason: 'expired' });
    expect(await factors(person)).toHaveLength(1);
  });
});

describe('a passkey', () => {
  it('A25 is checked here: origin, challenge and whose form it is; then it is added', async () => {
    const person = await addPerson(test);
    const owner = await ownerOf(test, person);
    const authenticator = createSoftwareAuthenticator();
    const foreign = await passkeyForm(owner, authenticator, 'https://evil.example');
    expect(await addPasskey(ports, owner, foreign)).toEqual({ outcome: 'refused', reason: 'passkey-failed' });
    const [mine, other] = [await passkeyForm(owner, authenticator), await passkeyForm(owner, authenticator)];
    const mixed = await addPasskey(ports, owner, { ...mine, pending: other.pending });
    expect(mixed).toEqual({ outcome: 'refused', reason: 'passkey-failed' });
    expect(await addPasskey(ports, owner, { ...mine, response: undefined })).toMatchObject({
      reason: 'passkey-failed',
    });
    expect(await factors(person)).toHaveLength(1);
    expect(await addPasskey(ports, owner, mine)).toMatchObject({ outcome: 'added', first: false });
    expect((await factors(person))[1]).toMatchObject({ kind: 'passkey', webauthnId: authenticator.id });
  });

  it('the browser is told which ones are held, those that are switched off too, and not those that are blocked', async () => {
    const person = await addPerson(test, { passkey: true });
    const held = async () => {
      const { options } = await offerPasskey(ports, await ownerOf(test, person));
      return excluding.parse(options).excludeCredentials.map(({ id }) => id);
    };
    const id = (await factors(person)).find(({ kind }) => kind === 'passkey')?.id ?? '';
    expect(await held()).toEqual([person.passkey?.id]);
    await ports.store.credentials.setState(person.id, [id], 'off');
    expect(await held()).toEqual([person.passkey?.id]);
    await ports.store.credentials.setState(person.id, [id], 'blocked');
    expect(await held()).toEqual([]);
  });

  it('that somebody holds, or held until lately, is nobody else’s', async () => {
    const [person, other] = [await addPerson(test), await addPerson(test, { passkey: true })];
    const owner = await ownerOf(test, person);
    const { passkey } = other;
    if (!passkey) throw new Error('there is no passkey');
    const stolen = await passkeyForm(owner, passkey);
    expect(await addPasskey(ports, owner, stolen)).toEqual({ outcome: 'refused', reason: 'passkey-failed' });
    const id = (await factors(other)).find(({ kind }) => kind === 'passkey')?.id ?? '';
    await removeDevice(ports, await ownerOf(test, other), id, 'Key');
    expect(await addPasskey(ports, owner, await passkeyForm(owner, passkey))).toMatchObject({
      reason: 'passkey-failed',
    });
    expect(await factors(person)).toHaveLength(1);
  });
});

it.each([
  ['of one factor', { acr: 'urn:regain:acr:1' }],
  ['of half an hour ago', { age: 30 * MINUTE }],
] as const)('A4 a session %s adds nothing', async (_, session) => {
  const person = await addPerson(test);
  const owner = await ownerOf(test, person, session);
  const stepUp = { outcome: 'not-allowed', verdict: { verdict: 'step-up', acr: 'urn:regain:acr:2', maxAge: 570 } };
  expect(await addTotp(ports, owner, totpForm(owner))).toEqual(stepUp);
  expect(await addPasskey(ports, owner, await passkeyForm(owner, createSoftwareAuthenticator()))).toEqual(stepUp);
  expect(await factors(person)).toHaveLength(1);
});

it('A19 the first one of an account binds it and ends every other session and whatever is open; this session stays, and is of one factor', async () => {
  const person = await unbound();
  const [owner, thief] = [
    await ownerOf(test, person, { acr: 'urn:regain:acr:1' }),
    await ownerOf(test, person, { acr: 'urn:regain:acr:1' }),
  ];
  for (const { session } of [owner, thief])
    await test.database.records.upsert('Session', session.uid, { uid: session.uid, accountId: person.id }, 3600);
  const link = ports.crypto.hashToken('a link');
  const code = { id: ports.crypto.uuid(), purpose: 'recovery-link', journeyId: null, contactId: null } as const;
  const open = { accountId: person.id, tokenHash: link, codeHash: null, expiresAt: ports.now() + MINUTE };
  await ports.store.codes.create({ ...code, ...open });

  expect(await addTotp(ports, owner, totpForm(owner))).toMatchObject({ outcome: 'added', first: true });
  expect((await ports.store.accounts.load(person.id))?.boundToSecondFactor).toBe(true);
  expect(await ports.store.sessions.proofsOf(thief.session.uid, person.id)).toEqual([]);
  expect(await ports.store.sessions.proofsOf(owner.session.uid, person.id)).not.toEqual([]);
  expect((await ports.store.codes.findByToken('recovery-link', link))?.consumedAt).not.toBeNull();
  const [notice] = await ports.store.notices.toldSince(person.id, 0, 1);
  expect(notice?.kind).toBe('second-factor-enrolled');
  // It raised nothing: the next one needs both factors.
  expect(await addTotp(ports, owner, totpForm(owner))).toMatchObject({ verdict: { verdict: 'step-up' } });
});

it('kinds that the policy does not count, and more than twenty, are refused', async () => {
  const organizationId = await addOrganization(test, {
    ...PRESETS['password-sms'],
    secondFactor: { required: true, kinds: ['totp'] },
  });
  const person = await addPerson(test, { organizationId });
  const owner = await ownerOf(test, person);
  const passkey = await passkeyForm(owner, createSoftwareAuthenticator());
  expect(await addPasskey(ports, owner, passkey)).toEqual({ outcome: 'refused', reason: 'not-offered' });
  for (let n = 1; n < 20; n += 1) {
    const id = ports.crypto.uuid();
    const sealedSecret = ports.crypto.seal('x', `credential:${id}`);
    const app = { id, kind: 'totp', label: '', sealedSecret, lastStep: null, unsettledUntil: null } as const;
    await ports.store.credentials.add(person.id, app);
  }
  expect(await addTotp(ports, owner, totpForm(owner))).toEqual({ outcome: 'refused', reason: 'too-many' });
  expect(await factors(person)).toHaveLength(20);
});
