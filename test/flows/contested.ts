import { afterAll, beforeAll } from 'vitest';
import type { Journey } from '../../src/domain/journey.ts';
import type { RecoveryGoal } from '../../src/domain/policy.ts';
import type { ProofKind } from '../../src/domain/proof.ts';
import { contestAct } from '../../src/flows/account/contest-act.ts';
import { completeRecovery } from '../../src/flows/complete-recovery.ts';
import { contest } from '../../src/flows/contest.ts';
import type { Account, Notice, Ports, Visitor } from '../../src/flows/ports.ts';
import { journeyOf, password, totp } from '../store/fixture.ts';
import { ownerOf } from '../support/owner.ts';
import { addPerson, type Person, type PersonSettings } from '../support/people.ts';
import { openPorts, type TestPorts, type TestPortsSettings } from '../support/ports.ts';

export const THIEF: Visitor = { ip: '198.51.100.66', userAgent: 'Thief', deviceHash: Buffer.alloc(32, 66) };
export const OWNER: Visitor = { ip: '203.0.113.9', userAgent: 'Owner', deviceHash: Buffer.alloc(32, 9) };
const DIGITS = '42';

/** An account in dispute, on a real database: recoveries, contests and ways back by their last steps. */
export interface Contested {
  readonly test: TestPorts;
  readonly ports: Ports;
  readonly person: (settings?: PersonSettings) => Promise<Person>;
  readonly account: (person: Pick<Person, 'id'>) => Promise<Account>;
  /** A recovery that has proven these, and has only to be ended. */
  readonly journey: (person: Person, goal: RecoveryGoal, kinds: readonly ProofKind[]) => Promise<Journey>;
  /** Ends a recovery of the second factor by link, password and SMS; the id of what came in. */
  readonly replaceFactor: (person: Person, visitor?: Visitor) => Promise<string>;
  /** Ends one of the password by link and app. */
  readonly resetPassword: (person: Person, visitor?: Visitor) => Promise<string>;
  /** The newest notice of this kind. */
  readonly notice: (person: Person, kind: Notice['kind']) => Promise<Notice>;
  /** A fresh link to it, with the digits. */
  readonly linkTo: (notice: Notice) => Promise<{ token: string; digits: string }>;
  readonly contest: (notice: Notice, also?: readonly string[]) => ReturnType<typeof contest>;
  /** The same from the console, in a session that is opened for it. */
  readonly contestInConsole: (notice: Notice) => ReturnType<typeof contestAct>;
  /** The last step of the way back, by these proofs. */
  readonly lift: (person: Person, kinds: readonly ProofKind[]) => ReturnType<typeof completeRecovery>;
  readonly audit: (person: Person) => Promise<string[]>;
}

export function useContested(settings: TestPortsSettings = {}): () => Contested {
  let contested: Contested | undefined;
  beforeAll(async () => {
    contested = contestedOn(await openPorts(settings));
  });
  afterAll(() => contested?.test.close());
  return () => {
    if (!contested) throw new Error('the ports are not open yet');
    return contested;
  };
}

function contestedOn(test: TestPorts): Contested {
  const { ports, clock } = test;
  const account: Contested['account'] = async ({ id }) => {
    const found = await ports.store.accounts.load(id);
    if (!found) throw new Error(`no account ${id}`);
    return found;
  };
  const journey: Contested['journey'] = async (person, goal, kinds) => {
    const held = await account(person);
    const by = (kind: ProofKind): string => {
      if (kind === 'email-code' || kind === 'sms-code')
        return held.contacts.find((one) => one.kind === (kind === 'email-code' ? 'email' : 'phone'))?.id ?? '';
      return held.credentials.find((one) => one.kind === kind && one.state === 'active')?.id ?? '';
    };
    clock.now += 1_000;
    const proofs = kinds.map((kind) => ({ kind, at: clock.now, by: by(kind) }));
    const made = journeyOf(clock, { kind: 'recovery', goal, accountId: person.id, interactionUid: null, proofs });
    return ports.store.journeys.create(made, ports.crypto.hashToken(made.id));
  };
  const ended = async (person: Person, goal: RecoveryGoal, kinds: readonly ProofKind[], visitor: Visitor) => {
    const gained = goal === 'reset-password' ? password() : totp();
    const gains = gained.kind === 'password' ? { passwordHash: gained.hash } : { factor: gained };
    const done = await completeRecovery(ports, visitor, await journey(person, goal, kinds), gains);
    if (done.outcome === 'refused') throw new Error(`not ended: ${done.reason}`);
    const { credentials } = await account(person);
    return credentials.findLast(({ kind }) => (kind === 'password') === (gained.kind === 'password'))?.id ?? '';
  };
  const linkTo: Contested['linkTo'] = async ({ id: noticeId, accountId }) => {
    const [id, token] = [ports.crypto.uuid(), ports.crypto.token()];
    await ports.store.codes.create({
      id,
      purpose: 'contest',
      accountId,
      journeyId: null,
      contactId: null,
      noticeId,
      tokenHash: ports.crypto.hashToken(token),
      codeHash: ports.crypto.hashCode('contest', id, DIGITS),
      expiresAt: clock.now + 600_000,
    });
    return { token, digits: DIGITS };
  };
  return {
    test,
    ports,
    account,
    journey,
    linkTo,
    person: (settings) => addPerson(test, settings),
    replaceFactor: (person, visitor = THIEF) =>
      ended(person, 'reset-second-factor', ['email-code', 'password', 'sms-code'], visitor),
    resetPassword: (person, visitor = THIEF) => ended(person, 'reset-password', ['email-code', 'totp'], visitor),
    notice: async ({ id }, kind) => {
      const found = (await ports.store.notices.toldSince(id, 0, 100)).find((one) => one.kind === kind);
      if (!found) throw new Error(`no notice ${kind}`);
      return found;
    },
    contest: async (notice, also = []) => {
      clock.now += 1_000;
      return contest(ports, OWNER, { ...(await linkTo(notice)), also });
    },
    contestInConsole: async (notice) => {
      const owner = await ownerOf(test, notice.accountId);
      return contestAct(ports, { ...owner, visitor: OWNER }, notice.id, []);
    },
    lift: async (person, kinds) =>
      completeRecovery(ports, OWNER, await journey(person, 'lift-freeze', kinds), { passwordHash: 'a new hash' }),
    audit: async ({ id }) => (await ports.store.activity.of(id, { limit: 100 })).map(({ kind }) => kind).toReversed(),
  };
}
