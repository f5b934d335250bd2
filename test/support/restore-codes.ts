import { grouped } from '../../src/domain/restore-code.ts';
import { newRestoreCode } from '../../src/flows/new-restore-code.ts';
import type { Ports, RestoreCode } from '../../src/flows/ports.ts';

/** A restore code that counts, in groups as its owner has it on paper. */
export async function addRestoreCode(
  ports: Pick<Ports, 'crypto' | 'now' | 'store'>,
  { id }: { readonly id: string },
  more: Partial<Pick<RestoreCode, 'issuedBy' | 'unsettledUntil'>> = {},
): Promise<string> {
  const account = await ports.store.accounts.load(id);
  if (!account) throw new Error('there is no such account');
  const { code, row } = newRestoreCode(ports, account, { issuedBy: 'owner', unsettledUntil: null, ...more });
  await ports.store.restoreCodes.propose(id, { ...row, journeyId: null });
  await ports.store.restoreCodes.confirm(id, row.id, ports.now());
  return grouped(code);
}
