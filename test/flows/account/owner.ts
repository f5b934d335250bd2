import type { Acr } from '../../../src/domain/assurance.ts';
import type { Owner } from '../../../src/flows/account/act.ts';
import type { Visitor } from '../../../src/flows/ports.ts';
import { ownerOf as ownerAnywhere } from '../../support/owner.ts';
import type { Person } from '../../support/people.ts';
import type { TestPorts } from '../../support/ports.ts';

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const HOME: Visitor = { ip: '203.0.113.9', userAgent: FIREFOX, deviceHash: Buffer.alloc(32, 7) };

/** The owner at home, in a session that is so many milliseconds old. */
export async function ownerOf(
  test: TestPorts,
  { id }: Pick<Person, 'id'>,
  { age = 0, ...more }: { readonly acr?: Acr; readonly age?: number } = {},
): Promise<Owner> {
  const owner = await ownerAnywhere(test, id, { ...more, at: test.ports.now() - age });
  return { ...owner, visitor: HOME };
}

/** The kinds of the account's lines in the log, oldest first. */
export async function auditOf({ ports }: TestPorts, accountId: string): Promise<string[]> {
  const entries = await ports.store.activity.of(accountId, { limit: 1_000 });
  return entries.map(({ kind }) => kind).toReversed();
}
