import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { switchOff } from '../../../src/flows/account/switch-off.ts';
import { beginPairing } from '../../../src/flows/pairing/begin-pairing.ts';
import { cancelPairing, declinePairing } from '../../../src/flows/pairing/cancel-pairing.ts';
import { claimPairing } from '../../../src/flows/pairing/claim-pairing.ts';
import { confirmPairing } from '../../../src/flows/pairing/confirm-pairing.ts';
import { atOnce } from '../../store/fixture.ts';
import { addPerson } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';
import { auditOf } from '../account/owner.ts';
import { another, begun, claimed, confirmed, factorsOf, filledIn, PHONE, signedIn, stage } from './world.ts';

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());
beforeEach(async () => {
  await sql`delete from rate_limits`.execute(test.database.db);
});

const count = async (person: { readonly id: string }, kind: string) =>
  (await auditOf(test, person.id)).filter((one) => one === kind).length;
const outcomes = (all: readonly { readonly outcome: string }[], wanted: string) =>
  all.filter(({ outcome }) => outcome === wanted).length;

describe('A14 at once', () => {
  it('fifty phones open one QR code: one of them has claimed it, and only its code is the right one', async () => {
    const one = await begun(test, await addPerson(test));
    const all = await atOnce(50, async () => {
      const browserHash = test.ports.crypto.hashToken(test.ports.crypto.token());
      return { browserHash, ...(await claimPairing(test.ports, PHONE, one.key, browserHash)) };
    });
    expect([outcomes(all, 'claimed'), outcomes(all, 'refused')]).toEqual([1, 49]);
    expect(await count(one.person, 'pairing.claimed')).toBe(1);
    const won = all.find(({ outcome }) => outcome === 'claimed');
    if (won?.outcome !== 'claimed') throw new Error('nobody has it');
    expect(await confirmPairing(test.ports, one.owner, { id: one.id, typed: won.code })).toEqual({
      outcome: 'confirmed',
    });
    expect(await (await filledIn(test, won))()).toEqual({ outcome: 'brought' });
  });

  it('the right code twenty times: it is confirmed once', async () => {
    const one = await claimed(test, await addPerson(test));
    const typed = { id: one.id, typed: one.code };
    const all = await atOnce(20, () => confirmPairing(test.ports, one.owner, typed));
    expect(outcomes(all, 'confirmed')).toBe(20);
    expect(await count(one.person, 'pairing.confirmed')).toBe(1);
  });

  it('every code there is, and the right one among them: whichever came first decides, and one was compared', async () => {
    const one = await claimed(test, await addPerson(test));
    const codes = Array.from({ length: 40 }, (_, n) => (n === 20 ? one.code : another(one.code)));
    const all = await Promise.all(codes.map((typed) => confirmPairing(test.ports, one.owner, { id: one.id, typed })));
    const confirmedAt = outcomes(all, 'confirmed');
    const wrong = all.filter((each) => each.outcome === 'refused' && each.reason === 'wrong-code').length;
    expect(confirmedAt + wrong).toBe(1);
    expect((await stage(test, one))?.stage).toBe(confirmedAt === 1 ? 'confirmed' : 'over');
  });

  it('the form of the phone twenty times: one factor, told once', async () => {
    const one = await confirmed(test, await addPerson(test));
    const send = await filledIn(test, one);
    const all = await atOnce(20, send);
    expect(outcomes(all, 'brought')).toBe(20);
    expect(await factorsOf(test, one.person)).toHaveLength(2);
    const told = await test.ports.store.notices.toldSince(one.person.id, 0, 10);
    expect(told.filter(({ kind }) => kind === 'second-factor-added')).toHaveLength(1);
    expect(await count(one.person, 'second-factor.enrolled')).toBe(2);
  });

  it('two forms of the phone, each with an app of its own: one of them is added', async () => {
    const one = await confirmed(test, await addPerson(test));
    const [first, second] = [await filledIn(test, one), await filledIn(test, one)];
    const all = await Promise.all([first(), second()]);
    expect([outcomes(all, 'brought'), outcomes(all, 'refused')]).toEqual([1, 1]);
    expect(await factorsOf(test, one.person)).toHaveLength(2);
  });

  it('ten QR codes from two sessions: one is open', async () => {
    const person = await addPerson(test);
    const [one, two] = [await signedIn(test, person), await signedIn(test, person)];
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => beginPairing(test.ports, n % 2 ? one : two)));
    const keys = all.flatMap((each) => (each.outcome === 'begun' ? [each.key] : []));
    expect(keys).toHaveLength(10);
    const stages = await Promise.all(keys.map(async (key) => (await stage(test, { key }))?.stage));
    expect(stages.filter((each) => each === 'shown')).toHaveLength(1);
  });
});

describe('while the phone is being set up', () => {
  it.each([
    ['cancelled on the old device', ({ owner }) => cancelPairing(test.ports, owner)],
    ['cancelled on the phone', ({ browserHash }) => declinePairing(test.ports, PHONE, { browserHash })],
    ['replaced by a newer one', ({ owner }) => beginPairing(test.ports, owner)],
    ['its session is ended', ({ person, owner }) => test.ports.store.sessions.end(owner.session.uid, person.id)],
    ['the account is frozen', ({ person }) => freezeNow(person.id)],
    [
      'the app that its session stands on is switched off',
      async ({ person, owner }) => {
        const [app] = await factorsOf(test, person);
        return switchOff(test.ports, owner, app?.id ?? '', 'App');
      },
    ],
  ] as readonly (readonly [string, (one: Awaited<ReturnType<typeof confirmed>>) => Promise<unknown>])[])(
    '%s: the factor came before it, or not at all',
    async (_, act) => {
      const seen = new Set<string>();
      for (let round = 0; round < 8; round += 1) {
        const one = await confirmed(test, await addPerson(test));
        const send = await filledIn(test, one);
        const [sent] = await Promise.all(round % 2 ? [send(), act(one)] : [act(one).then(send), Promise.resolve()]);
        const added = (await factorsOf(test, one.person)).filter(({ label }) => label === 'Phone');
        expect(added).toHaveLength(sent.outcome === 'brought' ? 1 : 0);
        seen.add(sent.outcome);
      }
      // After it, never.
      expect(seen.has('refused')).toBe(true);
    },
  );
});

async function freezeNow(accountId: string): Promise<void> {
  await test.ports.store.transaction(async (tx) => {
    await tx.accounts.loadForUpdate(accountId);
    await tx.accounts.update(accountId, { frozenAt: test.ports.now() });
  });
}
