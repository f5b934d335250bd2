import type { Acr } from '../../../src/domain/assurance.ts';
import type { Proof } from '../../../src/domain/proof.ts';
import type { Owner } from '../../../src/flows/account/act.ts';
import type { Visitor } from '../../../src/flows/ports.ts';
import type { Person } from '../../support/people.ts';
import type { TestPorts } from '../../support/ports.ts';

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const HOME: Visitor = { ip: '203.0.113.9', userAgent: FIREFOX, deviceHash: Buffer.alloc(32, 7) };

interface SessionSettings {
  readonly acr?: Acr;
  /** How long ago the sign-in was, in milliseconds. */
  readonly age?: number;
}

/** The owner with a live session, by password and app unless told otherwise. */
export async function ownerOf(
  { ports }: TestPorts,
  person: Pick<Person, 'id'>,
  { acr = 'urn:regain:acr:2', age = 0 }: SessionSettings = {},
): Promise<Owner> {
  const account = await ports.store.accounts.load(person.id);
  if (!account) throw new Error('the account is gone');
  const [uid, journey] = [ports.crypto.token(), ports.crypto.uuid()];
  const at = ports.now() - age;
  const given = account.credentials.filter(({ kind }) => acr !== 'urn:regain:acr:1' || kind === 'password');
  const proofs = given.map(({ id, kind }): Proof => ({ kind, at, by: id }));
  await ports.store.sessions.recordProofs(journey, account.id, proofs, HOME);
  await ports.store.sessions.bind(journey, uid);
  return { account, session: { uid, acr, at }, visitor: HOME };
}

/** The kinds of the account's lines in the log, oldest first. */
export async function auditOf({ ports }: TestPorts, accountId: string): Promise<string[]> {
  const entries = await ports.store.activity.of(accountId, { limit: 1_000 });
  return entries.map(({ kind }) => kind).toReversed();
}
