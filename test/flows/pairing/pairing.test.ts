import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENROLLED_WITHIN_MS, TYPED_WITHIN_MS } from '../../../src/domain/pairing.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import { addTotp, offerTotp } from '../../../src/flows/account/add-totp.ts';
import { suspendAccount } from '../../../src/flows/administration/suspend-account.ts';
import { beginPairing } from '../../../src/flows/pairing/begin-pairing.ts';
import { bringFactor } from '../../../src/flows/pairing/bring-factor.ts';
import { cancelPairing, declinePairing } from '../../../src/flows/pairing/cancel-pairing.ts';
import { claimPairing } from '../../../src/flows/pairing/claim-pairing.ts';
import { confirmPairing } from '../../../src/flows/pairing/confirm-pairing.ts';
import { purgeExpired } from '../../../src/store/purge.ts';
import { again } from '../../support/owner.ts';
import { addOrganization, addPerson, codeOf } from '../../support/people.ts';
import { putInForce } from '../../support/policy.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import {
  another,
  type Begun,
  begun,
  type Claimed,
  claimed,
  confirm,
  confirmed,
  factorsOf,
  filledIn,
  PHONE,
  signedIn,
  stage,
} from './world.ts';

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());
beforeEach(async () => {
  await sql`delete from rate_limits`.execute(test.database.db);
  await putInForce(test.administration, 'default', PRESETS['password-sms']);
});

const OVER = { outcome: 'refused', reason: 'over' };
const isClaimed = (one: Begun): one is Claimed => 'browserHash' in one;
const hash = () => test.ports.crypto.hashToken(test.ports.crypto.token());

describe('A4 what the old device may', () => {
  it.each([
    ['of one factor', { acr: 'urn:regain:acr:1' as const }],
    ['of half an hour ago', { age: 30 * 60_000 }],
  ])('a session %s shows no QR code, and confirms none', async (_, session) => {
    const person = await addPerson(test);
    const weak = await signedIn(test, person, session);
    const stepUp = { outcome: 'not-allowed', verdict: { verdict: 'step-up', acr: 'urn:regain:acr:2' } };
    expect(await beginPairing(test.ports, weak)).toMatchObject(stepUp);
    const one = await claimed(test, person);
    // Nobody but the session that it was begun in, and that not for long.
    expect(await confirmPairing(test.ports, weak, { id: one.id, typed: one.code })).toMatchObject(stepUp);
    const late = { ...one.owner, session: { ...one.owner.session, at: test.ports.now() - 1_200_001 } };
    expect(await confirmPairing(test.ports, late, { id: one.id, typed: one.code })).toMatchObject(stepUp);
    expect(await stage(test, one)).toEqual({ stage: 'claimed' });
  });

  it('waits for the end of the cooling period', async () => {
    const person = await addPerson(test);
    test.clock.now += 1_000;
    await test.ports.store.accounts.update(person.id, { recoveredAt: test.ports.now() });
    const owner = await signedIn(test, person);
    expect(await beginPairing(test.ports, owner)).toMatchObject({ verdict: { verdict: 'wait' } });
  });

  it('another session of the same account neither confirms nor cancels, however fresh', async () => {
    const one = await claimed(test, await addPerson(test));
    const other = await signedIn(test, one.person);
    expect(await confirmPairing(test.ports, other, { id: one.id, typed: one.code })).toEqual(OVER);
    expect(await cancelPairing(test.ports, other)).toEqual(OVER);
    expect(await stage(test, one)).toEqual({ stage: 'claimed' });
  });

  it('ten in a quarter of an hour, and each takes from what may be changed', async () => {
    const person = await addPerson(test);
    const owner = await signedIn(test, person);
    for (let n = 0; n < 10; n += 1) await begun(test, person, owner);
    expect(await beginPairing(test.ports, owner)).toMatchObject({ outcome: 'refused', reason: 'slow-down' });
    const changes = { budget: 'changes-per-account', key: person.id } as const;
    for (let n = 0; n < 10; n += 1) expect(await test.ports.limits.take([changes])).toBe(true);
    expect(await test.ports.limits.take([changes])).toBe(false);
  });

  it('where the organization does not offer it, there is none; one that was open is over', async () => {
    const one = await claimed(test, await addPerson(test));
    const policy = { ...PRESETS['password-sms'], pairing: { offered: false, lifetime: 120 } };
    await putInForce(test.administration, 'default', policy);
    const owner = await again(test, one.owner);
    expect(await beginPairing(test.ports, owner)).toEqual({ outcome: 'refused', reason: 'not-offered' });
    expect(await confirm(test, one)).toEqual(OVER);
  });
});

describe('A22 one millisecond after its time', () => {
  it('the QR code is good for the policy’s two minutes', async () => {
    const one = await begun(test, await addPerson(test));
    test.clock.now += 119_999;
    expect(await stage(test, one)).toEqual({ stage: 'shown' });
    test.clock.now += 1;
    expect(await claimPairing(test.ports, PHONE, one.key, hash())).toEqual(OVER);
  });

  it('the code of the phone is typed within two minutes', async () => {
    const one = await claimed(test, await addPerson(test));
    test.clock.now += TYPED_WITHIN_MS;
    expect(await confirm(test, one)).toEqual(OVER);
    expect(await stage(test, one)).toEqual({ stage: 'over', why: 'expired' });
  });

  it('the phone is set up within ten minutes', async () => {
    const [soon, late] = [await confirmed(test, await addPerson(test)), await confirmed(test, await addPerson(test))];
    test.clock.now += ENROLLED_WITHIN_MS - 30_000;
    expect(await (await filledIn(test, soon))()).toEqual({ outcome: 'brought' });
    test.clock.now += 30_000;
    expect(await (await filledIn(test, late))()).toEqual(OVER);
    expect(await factorsOf(test, late.person)).toHaveLength(1);
  });
});

describe('A7 somebody else', () => {
  it('who has the QR code too gets nothing once it was claimed, and cancels nothing', async () => {
    const one = await claimed(test, await addPerson(test));
    expect(await claimPairing(test.ports, PHONE, one.key, hash())).toEqual(OVER);
    expect(await declinePairing(test.ports, PHONE, { key: one.key })).toEqual(OVER);
    expect(await stage(test, one)).toEqual({ stage: 'claimed' });
  });

  it('cannot bring a factor from another browser, nor with the form of another pairing', async () => {
    const [one, other] = [await confirmed(test, await addPerson(test)), await confirmed(test, await addPerson(test))];
    expect(await (await filledIn(test, one, hash()))()).toEqual(OVER);
    expect(await (await filledIn(test, one, other.browserHash))()).toEqual({ outcome: 'refused', reason: 'expired' });
    expect(await factorsOf(test, one.person)).toHaveLength(1);
    expect(await factorsOf(test, other.person)).toHaveLength(1);

    // Nor with one of an earlier pairing of the same account.
    const filled = await claimed(test, one.person, one.owner);
    await confirm(test, filled);
    expect(await (await filledIn(test, one, filled.browserHash))()).toEqual({ outcome: 'refused', reason: 'expired' });
  });

  it('brings nothing before the code was typed, and nothing after a wrong one', async () => {
    const one = await claimed(test, await addPerson(test));
    expect(await (await filledIn(test, one))()).toEqual(OVER);
    const wrong = { id: one.id, typed: another(one.code) };
    expect(await confirmPairing(test.ports, one.owner, wrong)).toEqual({ outcome: 'refused', reason: 'wrong-code' });
    expect(await stage(test, one)).toEqual({ stage: 'over', why: 'wrong-code' });
    expect(await confirm(test, one)).toEqual(OVER);
    expect(await (await filledIn(test, one))()).toEqual(OVER);
    expect(await factorsOf(test, one.person)).toHaveLength(1);
  });

  it('a form of the console is nothing for the phone, and the other way round', async () => {
    const one = await confirmed(test, await addPerson(test));
    const { pending, secret } = offerTotp(test.ports, one.owner);
    const name = { typed: '', unnamed: 'App' };
    const filled = { kind: 'totp' as const, pending, code: codeOf(secret, test.ports.now()), name };
    expect(await bringFactor(test.ports, PHONE, one.browserHash, filled)).toEqual({
      outcome: 'refused',
      reason: 'expired',
    });
  });

  it('a browser that its owner has blocked is not let in', async () => {
    const one = await begun(test, await addPerson(test));
    const blocked = { ...PHONE, deviceHash: Buffer.alloc(32, 5) };
    await test.ports.store.devices.remember(one.person.id, blocked.deviceHash, blocked, test.ports.now());
    await test.ports.store.devices.block(one.person.id, blocked.deviceHash, test.ports.now());
    expect(await claimPairing(test.ports, blocked, one.key, hash())).toEqual({
      outcome: 'refused',
      reason: 'browser-blocked',
    });
  });
});

describe('A19 A20 at every step it is over', () => {
  const STEPS = { begun, claimed, confirmed } as const;
  type Step = keyof typeof STEPS;
  const ENDS: Readonly<Record<string, (one: Awaited<ReturnType<typeof begun>>) => Promise<unknown>>> = {
    'when its session has ended': ({ person, owner }) => test.ports.store.sessions.end(owner.session.uid, person.id),
    'when the account is suspended': ({ person }) => suspendAccount(test.administration, person.username),
    'when the account is frozen': ({ person }) =>
      test.ports.store.accounts.update(person.id, { frozenAt: test.ports.now() }),
    'when it was recovered': ({ person }) =>
      test.ports.store.accounts.update(person.id, { recoveredAt: test.ports.now() }),
    'when another factor was added': async ({ owner }) => {
      const { pending, secret } = offerTotp(test.ports, owner);
      const code = codeOf(secret, test.ports.now());
      return addTotp(test.ports, owner, { pending, code, name: { typed: '', unnamed: 'App' } });
    },
  };
  const all = Object.keys(ENDS).flatMap((end) =>
    (['begun', 'claimed', 'confirmed'] as const).map((step) => [end, step] as const),
  );

  it.each(all)('%s, once %s', async (end, step: Step) => {
    const one = await STEPS[step](test, await addPerson(test));
    // Before the phone has asked there is no form of it.
    const send = isClaimed(one) ? await filledIn(test, one) : () => Promise.resolve(OVER);
    const before = (await factorsOf(test, one.person)).length;
    await ENDS[end]?.(one);
    expect((await stage(test, one))?.stage).toBe('over');
    expect(await claimPairing(test.ports, PHONE, one.key, hash())).toEqual(OVER);
    expect(await send()).toEqual(OVER);
    const after = await factorsOf(test, one.person);
    expect(after.filter(({ label }) => label === 'Phone')).toHaveLength(0);
    expect(after.length - before).toBe(end.includes('added') ? 1 : 0);
  });
});

describe('what is written of it', () => {
  it('A29: neither key nor code nor secret stands in the row, and every step is in the log', async () => {
    const one = await confirmed(test, await addPerson(test));
    expect(await (await filledIn(test, one))()).toEqual({ outcome: 'brought' });
    const { rows } = await sql<{ row: string }>`
      select to_jsonb(p)::text as row from pairings p where id = ${one.id}`.execute(test.database.db);
    const row = rows[0]?.row ?? '';
    expect(row).toContain(one.id);
    expect(row).not.toContain(one.key);
    expect(row).not.toContain(`"${one.code}"`);
    const entries = await test.ports.store.activity.of(one.person.id, { limit: 10 });
    expect(
      entries
        .map(({ kind }) => kind)
        .toReversed()
        .slice(-4),
    ).toEqual(['pairing.begun', 'pairing.claimed', 'pairing.confirmed', 'second-factor.enrolled']);
    expect(entries[0]).toMatchObject({ ip: PHONE.ip, userAgent: PHONE.userAgent, details: { pairing: one.id } });
    expect(JSON.stringify(entries)).not.toContain(one.key);
  });

  it('is forgotten a day after its time, whatever became of it', async () => {
    const [open, done] = [await begun(test, await addPerson(test)), await confirmed(test, await addPerson(test))];
    await (await filledIn(test, done))();
    const left = () =>
      test.database.db.selectFrom('pairings').select('id').where('id', 'in', [open.id, done.id]).execute();
    await purgeExpired(test.database.db, test.ports.now(), 1_000);
    expect(await left()).toHaveLength(2);
    await purgeExpired(test.database.db, test.ports.now() + 86_400_000 + ENROLLED_WITHIN_MS, 1_000);
    expect(await left()).toEqual([]);
  });

  it('is told as done from the phone, by what the old device stood on; contested, it opens nothing', async () => {
    const one = await confirmed(test, await addPerson(test));
    await (await filledIn(test, one))();
    const told = await test.ports.store.notices.toldSince(one.person.id, 0, 10);
    const notice = told.find(({ kind }) => kind === 'second-factor-added');
    const used = one.owner.account.credentials.map(({ id }) => id);
    const added = (await factorsOf(test, one.person)).find(({ label }) => label === 'Phone');
    expect(notice).toMatchObject({ ip: PHONE.ip, added: [added?.id] });
    expect(notice?.used.toSorted()).toEqual(used.toSorted());
    const contested = await test.ports.store.accounts.loadAsContested(one.person.id, [notice?.id ?? '']);
    expect(contested?.credentials.map(({ id }) => id)).not.toContain(added?.id);
  });

  it('the first factor of an account binds it and ends every session but that of the device that showed the QR code', async () => {
    const organizationId = await addOrganization(test, {
      ...PRESETS['password-sms'],
      secondFactor: { required: false, kinds: ['totp', 'passkey'] },
    });
    const person = await addPerson(test, { organizationId, totp: false });
    const [owner, other] = [
      await signedIn(test, person, { acr: 'urn:regain:acr:1' }),
      await signedIn(test, person, { acr: 'urn:regain:acr:1' }),
    ];
    const one = await confirmed(test, person, owner);
    expect(await (await filledIn(test, one))()).toEqual({ outcome: 'brought' });
    expect((await test.ports.store.accounts.load(person.id))?.boundToSecondFactor).toBe(true);
    expect(await test.ports.store.sessions.proofsOf(other.session.uid, person.id)).toEqual([]);
    expect(await test.ports.store.sessions.proofsOf(owner.session.uid, person.id)).not.toEqual([]);
  });
});
