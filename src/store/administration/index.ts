import type { AdministrationRepositories, AdministrationStore } from '../../flows/ports/administration.ts';
import type { Database } from '../database.ts';
import type { OpenStore } from '../index.ts';
import { accountKindsOn } from './account-kinds.ts';
import { apisOn } from './apis.ts';
import { clientsOn } from './clients.ts';
import { figuresOn } from './figures.ts';
import { knownDevicesOn } from './known-devices.ts';
import { lockOutDaysOn } from './lock-out-days.ts';
import { type LogParts, logOn } from './log.ts';
import { newAccountsOn } from './new-accounts.ts';
import { organizationsOn } from './organizations.ts';
import { peopleOn } from './people.ts';
import { pilotGroupOn } from './pilot-group.ts';
import { draftsOn, policiesOn } from './policies.ts';
import { rolesOn } from './roles.ts';

/** The `AdministrationStore` port: every repository, with one transaction for all of them. */
export function administrationStoreOn({
  store,
  db,
  inTransaction,
  ...log
}: Pick<OpenStore, 'store' | 'db' | 'inTransaction' | 'crypto' | 'verifyAudit'>): AdministrationStore {
  return {
    ...store,
    ...administrationOn(db, log),
    transaction: (work) => inTransaction((tx, trx) => work({ ...tx, ...administrationOn(trx, log) })),
  };
}

function administrationOn(db: Database, log: LogParts): AdministrationRepositories {
  return {
    organizations: organizationsOn(db),
    policies: policiesOn(db),
    drafts: draftsOn(db),
    clients: clientsOn(db),
    apis: apisOn(db),
    newAccounts: newAccountsOn(db),
    signIns: knownDevicesOn(db),
    roles: rolesOn(db),
    people: peopleOn(db),
    log: logOn(db, log),
    figures: figuresOn(db),
    kinds: accountKindsOn(db),
    pilot: pilotGroupOn(db),
    lockOutDays: lockOutDaysOn(db),
  };
}
