import type { Acr } from '../../src/domain/assurance.ts';
import type { Proof } from '../../src/domain/proof.ts';
import type { Owner } from '../../src/flows/account/act.ts';
import type { Account, Ports } from '../../src/flows/ports.ts';
import { FROM } from './from.ts';

/** An account's owner at the console, by password and app unless told otherwise, in a session that stands in the database. */
export async function ownerOf(
  { ports }: { readonly ports: Ports },
  accountId: string,
  { acr = 'urn:regain:acr:2', proofs, at }: { acr?: Acr; proofs?: readonly Proof[]; at?: number } = {},
): Promise<Owner> {
  const account = await accountOf({ ports }, accountId);
  const since = at ?? ports.now();
  const uid = ports.crypto.token();
  const journeyId = ports.crypto.uuid();
  const given = proofs ?? account.credentials.map(({ id, kind }): Proof => ({ kind, at: since, by: id }));
  await ports.store.sessions.recordProofs(journeyId, account.id, given, FROM);
  await ports.store.sessions.bind(journeyId, uid);
  return { account, session: { uid, acr, at: since }, visitor: FROM };
}

/** The account as it is now. */
export async function accountOf({ ports }: { readonly ports: Ports }, accountId: string): Promise<Account> {
  const account = await ports.store.accounts.load(accountId);
  if (!account) throw new Error('there is no such account');
  return account;
}

/** The same owner, later: what a page loads anew for each request. */
export async function again(test: { readonly ports: Ports }, owner: Owner): Promise<Owner> {
  return { ...owner, account: await accountOf(test, owner.account.id) };
}
