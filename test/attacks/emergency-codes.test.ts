import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Goal, Policy } from '../../src/domain/policy.ts';
import { PRESETS } from '../../src/domain/presets.ts';
import type { Proof, ProofKind } from '../../src/domain/proof.ts';
import { approveEmergencyCode, type HalfWay } from '../../src/flows/administration/approve-emergency-code.ts';
import { claimRequest } from '../../src/flows/administration/emergency-requests.ts';
import { issueEmergencyCode } from '../../src/flows/administration/issue-emergency-code.ts';
import { proposeEmergencyCode } from '../../src/flows/administration/propose-emergency-code.ts';
import { resumeAccount } from '../../src/flows/administration/resume-account.ts';
import { revokeEmergencyCode } from '../../src/flows/administration/revoke-emergency-code.ts';
import { grantRole } from '../../src/flows/administration/roles.ts';
import { suspendAccount } from '../../src/flows/administration/suspend-account.ts';
import { askForEmergencyCode } from '../../src/flows/ask-for-emergency-code.ts';
import { completeEmergencyCode } from '../../src/flows/complete-emergency-code.ts';
import { completeSignIn } from '../../src/flows/complete-sign-in.ts';
import { beginEmergencyAccessByMail } from '../../src/flows/emergency-access.ts';
import { proveEmergencyMail } from '../../src/flows/emergency-mail.ts';
import type { AdministrationPorts } from '../../src/flows/ports/administration.ts';
import { proveEmergencyCode } from '../../src/flows/prove-emergency-code.ts';
import { OWNER, THIEF, useContested } from '../flows/contested.ts';
import { journeyOf } from '../store/fixture.ts';
import { issueCode } from '../support/emergency-codes.ts';
import { ownerOf } from '../support/owner.ts';
import { addPerson, type Person } from '../support/people.ts';

const here = useContested();
const usual = PRESETS['emergency-code'];
const { operator: terms } = usual.emergencyCode;
const together: Policy = {
  ...usual,
  emergencyCode: { ...usual.emergencyCode, operator: { ...terms, checks: [], fourEyes: true } },
};
const alone: Policy = {
  ...together,
  emergencyCode: { ...together.emergencyCode, operator: { ...terms, checks: [], fourEyes: false } },
};
const REASON = { reason: 'knows the name of her cat' };
let [first, second]: Person[] = [];

const policy = (set: Policy) => here().test.administration.store.policies.set('default', set);
beforeAll(async () => {
  [first, second] = [await operator(), await operator()];
});
beforeEach(() => policy(together));

async function operator(): Promise<Person> {
  const person = await addPerson(here().test);
  const role = { role: 'operator', organizationId: 'default' } as const;
  await grantRole(here().test.administration, person.username, role);
  return person;
}
/** The ports of an operator at the console, in a session of this moment. */
const desk = async (person: Person | undefined): Promise<AdministrationPorts> => ({
  ...here().test.administration,
  operator: await ownerOf(here().test, person?.id ?? ''),
});
async function propose(person: Person): Promise<string> {
  const done = await proposeEmergencyCode(await desk(first), person.id, REASON);
  if (done.outcome !== 'proposed') throw new Error(done.reason);
  return done.id;
}
const approve = async (person: Person, id: string, way: HalfWay = 'screen', more = {}) => {
  const done = await approveEmergencyCode({ ...(await desk(second)), ...more }, person.id, { id, way });
  return done.outcome === 'refused' ? done.reason : done.outcome;
};
const code = async (person: Person) => (await here().account(person)).emergencyCode;
const kinds = (person: Person) => here().audit(person);
const asleep = async (person: Person) => (await here().account(person)).roles.map(({ asleepSince }) => asleepSince);

describe('A19 A24 a code that waits for a second operator', () => {
  test.each(['a recovery', 'a new second factor', '“It wasn’t me”', 'a suspension that ended'] as const)(
    'is nothing any more after %s',
    async (what) => {
      const { person, resetPassword, replaceFactor, notice, contest, test: own } = here();
      const owner = await person();
      if (what === '“It wasn’t me”') await resetPassword(owner, THIEF);
      const id = await propose(owner);
      if (what === 'a recovery') await resetPassword(owner);
      if (what === 'a new second factor') await replaceFactor(owner);
      if (what === '“It wasn’t me”') await contest(await notice(owner, 'password-reset'));
      if (what === 'a suspension that ended') {
        await suspendAccount(own.administration, owner.username);
        await resumeAccount(own.administration, owner.username);
      }
      expect(await approve(owner, id)).toBe('decided');
      expect(await code(owner)).toBeNull();
    },
  );

  test('is neither issued, proposed nor approved once the account is suspended, whatever the page showed', async () => {
    const [owner, other] = [await here().person(), await here().person()];
    const id = await propose(owner);
    for (const one of [owner, other])
      await here().ports.store.accounts.update(one.id, { suspendedAt: here().ports.now() });
    expect(await approve(owner, id)).toBe('suspended');
    const refused = { outcome: 'refused', reason: 'suspended' };
    expect(await proposeEmergencyCode(await desk(first), other.id, REASON)).toEqual(refused);
    await policy(alone);
    expect(await issueEmergencyCode(await desk(first), other.id, REASON)).toEqual(refused);
    expect([await code(owner), await code(other)]).toEqual([null, null]);
  });

  test('sends no half to a phone that was switched off, nor by SMS where there is no gateway', async () => {
    const [owner, other] = [await here().person(), await here().person()];
    const { contacts } = await here().account(owner);
    const phone = contacts.find(({ kind }) => kind === 'phone')?.id ?? '';
    await here().ports.store.contacts.setOff(owner.id, [phone], here().ports.now());
    expect(await approve(owner, await propose(owner), 'sms')).toBe('no-contact');
    expect(await approve(other, await propose(other), 'sms', { closed: ['sms-code'] })).toBe('no-contact');
    expect([await code(owner), await code(other)]).toEqual([null, null]);
    expect(await approve(other, await propose(other), 'sms')).toBe('approved');
  });

  test('is taken back with a line in the log, also where no code was out', async () => {
    const owner = await here().person();
    await propose(owner);
    await revokeEmergencyCode(await desk(second), owner.id);
    expect(await kinds(owner)).toContain('emergency-code.withdrawn');
  });
});

test('A20 a code that is out when the account is suspended is out no more when it comes back', async () => {
  await policy(alone);
  const owner = await here().person();
  await issueCode(here().test.administration, owner);
  await suspendAccount(here().test.administration, owner.username);
  await resumeAccount(here().test.administration, owner.username);
  expect(await code(owner)).toBeNull();
});

test('A14 of many who claim a request at once one does, the others learn who; nobody is put out of it unseen', async () => {
  const owner = await here().person();
  const asked = { identifier: owner.username, organizationId: 'default', reason: 'lost', reach: 'by phone' };
  await askForEmergencyCode(here().ports, THIEF, asked);
  const { store, now } = here().ports;
  const found = (await store.emergencyRequests.queue(null, now(), 1_000)).find((one) => one.accountId === owner.id);
  const [one, other] = [await desk(first), await desk(second)];
  const claims = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      claimRequest(n % 2 ? one : other, found?.id ?? '', { claimed: true, inPlaceOf: null }),
    ),
  );
  expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1);
  expect(new Set(claims.flatMap((each) => (each.outcome === 'refused' ? each.reason : [])))).toEqual(
    new Set(['taken']),
  );
  expect((await kinds(owner)).filter((kind) => kind === 'emergency-request.claimed')).toHaveLength(1);
  const { claimedBy } = (await store.emergencyRequests.find(found?.id ?? '')) ?? {};
  const [holder, rival] = claimedBy === first?.id ? [first, other] : [second, one];
  const leave = { claimed: false, inPlaceOf: null };
  expect(await claimRequest(rival, found?.id ?? '', leave)).toMatchObject({ reason: 'taken' });
  const seen = { claimed: true, inPlaceOf: holder?.id ?? '' };
  expect(await claimRequest(rival, found?.id ?? '', seen)).toEqual({ outcome: 'claimed' });
});

test('A12 the code by e-mail: fifty guesses at once, over every journey of one name, and no more are compared than its tries', async () => {
  await policy({
    ...usual,
    routes: { ...usual.routes, 'emergency-code': [{ id: 'both', proofs: ['email-code', 'sms-code'] }] },
  });
  const owner = await here().person();
  const { ports } = here();
  const asked = { identifier: owner.username, organizationId: 'default', locale: 'en' } as const;
  const nowhere = { interactionUid: null, clientId: null, request: null };
  const begun = await Promise.all(
    [1, 2].map(async () => {
      const hash = ports.crypto.hashToken(ports.crypto.token());
      await beginEmergencyAccessByMail(ports, THIEF, { ...asked, ...nowhere }, hash);
      return ports.store.journeys.findByBrowser('emergency', hash, ports.now());
    }),
  );
  const guesses = Array.from({ length: 50 }, (_, n) => {
    const walk = begun[n % 2];
    if (!walk) throw new Error('not begun');
    return proveEmergencyMail(ports, THIEF, walk, String(n).padStart(6, '0'), Buffer.alloc(32, n));
  });
  const reasons = (await Promise.all(guesses)).map((each) => (each.outcome === 'refused' ? each.reason : each.outcome));
  const compared = reasons.filter((reason) => reason === 'wrong-code' || reason === 'no-tries-left');
  expect(compared.length).toBeGreaterThan(0);
  expect(compared.length).toBeLessThanOrEqual(5);
});

/** A journey that has proven these already. */
async function journey(person: Person, kind: 'sign-in' | 'emergency', given: readonly ProofKind[]) {
  const { ports, test: own, account } = here();
  const { credentials, contacts } = await account(person);
  own.clock.now += 1_000;
  const by = (proof: ProofKind) =>
    proof === 'email-code'
      ? contacts.find((contact) => contact.kind === 'email')?.id
      : credentials.find((held) => held.kind === proof)?.id;
  const proofs = given.map((proof): Proof => ({ kind: proof, at: own.clock.now, by: by(proof) ?? '' }));
  const goal: Goal = kind === 'emergency' ? 'emergency-code' : 'sign-in';
  const made = journeyOf(own.clock, { kind, goal, accountId: person.id, interactionUid: null, proofs });
  return ports.store.journeys.create(made, ports.crypto.hashToken(made.id));
}

describe('A24 somebody with a role', () => {
  test('makes no emergency code alone, where everybody else may', async () => {
    for (const [person, outcome] of [
      [await here().person(), 'made'],
      [await operator(), 'refused'],
    ] as const) {
      const walked = await journey(person, 'emergency', ['password', 'email-code']);
      expect((await completeEmergencyCode(here().ports, OWNER, walked)).outcome).toBe(outcome);
      expect((await code(person)) === null).toBe(outcome === 'refused');
    }
  });

  test('who signs in with a code on somebody else’s word sleeps until another admin confirms', async () => {
    const [holder, plain] = [await operator(), await here().person()];
    for (const person of [holder, plain]) {
      const typed = await issueCode(here().test.administration, person);
      expect(await asleep(person)).toEqual(person === holder ? [null] : []);
      const begun = await journey(person, 'sign-in', ['password']);
      const proven = await proveEmergencyCode(here().ports, OWNER, begun, typed);
      if (proven.outcome !== 'advanced') throw new Error(proven.reason);
      expect((await completeSignIn(here().ports, OWNER, proven.journey)).outcome).toBe('signed-in');
    }
    expect(await asleep(holder)).toEqual([expect.any(Number)]);
    expect(await kinds(holder)).toContain('role.asleep');
    expect(await kinds(plain)).not.toContain('role.asleep');
  });
});
