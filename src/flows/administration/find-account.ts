import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account } from '../ports.ts';

/** The account that an administrator means: by username, e-mail address, or `sub`. */
export async function findAccount(ports: AdministrationPorts, named: string): Promise<Account | undefined> {
  return (await ports.store.accounts.findByIdentifier(named)) ?? ports.store.accounts.load(named);
}
