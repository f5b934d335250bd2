import type { Owner } from '../../../src/flows/account/act.ts';
import { beginPairing } from '../../../src/flows/pairing/begin-pairing.ts';
import { bringFactor, offerFactors } from '../../../src/flows/pairing/bring-factor.ts';
import { claimPairing } from '../../../src/flows/pairing/claim-pairing.ts';
import { confirmPairing } from '../../../src/flows/pairing/confirm-pairing.ts';
import { seePairing } from '../../../src/flows/pairing/see-pairing.ts';
import type { Visitor } from '../../../src/flows/ports.ts';
import { codeOf, type Person } from '../../support/people.ts';
import type { TestPorts } from '../../support/ports.ts';
import { ownerOf } from '../account/owner.ts';

export const PHONE: Visitor = { ip: '198.51.100.77', userAgent: 'the new phone', deviceHash: null };

/** A pairing as both sides have it in hand. */
export interface Begun {
  readonly person: Person;
  readonly owner: Owner;
  readonly id: string;
  readonly key: string;
}
export interface Claimed extends Begun {
  readonly browserHash: Buffer;
  readonly code: string;
}

/** An owner whose session is a live one of the provider. */
export async function signedIn(
  test: TestPorts,
  person: Pick<Person, 'id'>,
  settings: Parameters<typeof ownerOf>[2] = {},
): Promise<Owner> {
  const owner = await ownerOf(test, person, settings);
  const { uid } = owner.session;
  await test.database.records.upsert('Session', uid, { uid, accountId: person.id }, 86_400);
  return owner;
}

export async function begun(test: TestPorts, person: Person, by?: Owner): Promise<Begun> {
  const owner = by ?? (await signedIn(test, person));
  const outcome = await beginPairing(test.ports, owner);
  if (outcome.outcome !== 'begun') throw new Error(JSON.stringify(outcome));
  return { person, owner, id: outcome.id, key: outcome.key };
}

export async function claimed(test: TestPorts, person: Person, by?: Owner): Promise<Claimed> {
  const one = await begun(test, person, by);
  const browserHash = test.ports.crypto.hashToken(test.ports.crypto.token());
  const outcome = await claimPairing(test.ports, PHONE, one.key, browserHash);
  if (outcome.outcome !== 'claimed') throw new Error(JSON.stringify(outcome));
  return { ...one, browserHash, code: outcome.code };
}

export const confirm = (test: TestPorts, { owner, id, code }: Pick<Claimed, 'owner' | 'id' | 'code'>) =>
  confirmPairing(test.ports, owner, { id, typed: code });

export async function confirmed(test: TestPorts, person: Person, by?: Owner): Promise<Claimed> {
  const one = await claimed(test, person, by);
  const outcome = await confirm(test, one);
  if (outcome.outcome !== 'confirmed') throw new Error(JSON.stringify(outcome));
  return one;
}

export const stage = async (test: TestPorts, { key }: Pick<Begun, 'key'>) =>
  (await seePairing(test.ports, { key }))?.at;

/** The form of the phone's page, filled in: each call of what it returns sends it. */
export async function filledIn(test: TestPorts, { browserHash }: Pick<Claimed, 'browserHash'>, by = browserHash) {
  const seen = await seePairing(test.ports, { browserHash });
  if (!seen) throw new Error('there is no pairing');
  const { totp } = await offerFactors(test.ports, seen);
  const code = codeOf(totp.secret, test.ports.now());
  const name = { typed: 'Phone', unnamed: 'App' };
  return () => bringFactor(test.ports, PHONE, by, { kind: 'totp', pending: totp.pending, code, name });
}

export const factorsOf = async (test: TestPorts, { id }: Pick<Person, 'id'>) =>
  ((await test.ports.store.accounts.load(id))?.credentials ?? []).filter(({ kind }) => kind !== 'password');

export const another = (code: string): string => (code === '0000' ? '1111' : '0000');
