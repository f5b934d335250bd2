import type { AdministrationRepositories, AdministrationStore } from '../../flows/ports-administration.ts';
import type { Database } from '../database.ts';
import type { OpenStore } from '../index.ts';
import { knownDevicesOn } from './known-devices.ts';
import { newAccountsOn } from './new-accounts.ts';
import { clientsOn, organizationsOn, policiesOn } from './organizations.ts';
import { peopleOn } from './people.ts';
import { rolesOn } from './roles.ts';

/** The `AdministrationStore` port: every repository, with one transaction for all of them. */
export function administrationStoreOn({
  store,
  db,
  inTransaction,
}: Pick<OpenStore, 'store' | 'db' | 'inTransaction'>): AdministrationStore {
  return {
    ...store,
    ...administrationOn(db),
    transaction: (work) => inTransaction((tx, trx) => work({ ...tx, ...administrationOn(trx) })),
  };
}

function administrationOn(db: Database): AdministrationRepositories {
  return {
    organizations: organizationsOn(db),
    policies: policiesOn(db),
    clients: clientsOn(db),
    newAccounts: newAccountsOn(db),
    signIns: knownDevicesOn(db),
    roles: rolesOn(db),
    people: peopleOn(db),
  };
}
