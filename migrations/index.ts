import type { Migration } from 'kysely/migration';
import * as accounts from './0001-accounts.ts';
import * as journeys from './0002-journeys.ts';
import * as provider from './0003-provider.ts';
import * as records from './0004-records.ts';
import * as console from './0005-console.ts';
import * as applications from './0006-applications.ts';
import * as restoreCodes from './0007-restore-codes.ts';
import * as formerUsernames from './0008-former-usernames.ts';
import * as pairings from './0009-pairings.ts';
import * as removedFrom from './0010-removed-from.ts';
import * as silentContacts from './0011-silent-contacts.ts';
import * as emergencyCodes from './0012-emergency-codes.ts';
import * as roles from './0013-roles.ts';
import * as accountSearch from './0014-account-search.ts';
import * as codeProposals from './0015-code-proposals.ts';
import * as emergencyRequests from './0016-emergency-requests.ts';
import * as zeroDelays from './0017-zero-delays.ts';
import * as applicationsConsole from './0018-applications-console.ts';
import * as dailyCounts from './0019-daily-counts.ts';
import * as acceptedFindings from './0020-accepted-findings.ts';
import * as branding from './0021-branding.ts';
import * as policyDrafts from './0023-policy-drafts.ts';
import * as selfRecovery from './0024-self-recovery.ts';
import * as signingAlgorithms from './0025-signing-algorithms.ts';
import * as sharedSignals from './0026-shared-signals.ts';
import * as renamingLeavesContacts from './0027-renaming-leaves-contacts.ts';
import * as apis from './0028-apis.ts';

/** Every migration, in order. A static record: what runs is what is listed here, wherever the sources lie. */
export const migrations: Record<string, Migration> = {
  '0001-accounts': { up: accounts.up },
  '0002-journeys': { up: journeys.up },
  '0003-provider': { up: provider.up },
  '0004-records': { up: records.up },
  '0005-console': { up: console.up },
  '0006-applications': { up: applications.up },
  '0007-restore-codes': { up: restoreCodes.up },
  '0008-former-usernames': { up: formerUsernames.up },
  '0009-pairings': { up: pairings.up },
  '0010-removed-from': { up: removedFrom.up },
  '0011-silent-contacts': { up: silentContacts.up },
  '0012-emergency-codes': { up: emergencyCodes.up },
  '0013-roles': { up: roles.up },
  '0014-account-search': { up: accountSearch.up },
  '0015-code-proposals': { up: codeProposals.up },
  '0016-emergency-requests': { up: emergencyRequests.up },
  '0017-zero-delays': { up: zeroDelays.up },
  '0018-applications-console': { up: applicationsConsole.up },
  '0019-daily-counts': { up: dailyCounts.up },
  '0020-accepted-findings': { up: acceptedFindings.up },
  '0021-branding': { up: branding.up },
  '0023-policy-drafts': { up: policyDrafts.up },
  '0024-self-recovery': { up: selfRecovery.up },
  '0025-signing-algorithms': { up: signingAlgorithms.up },
  '0026-shared-signals': { up: sharedSignals.up },
  '0027-renaming-leaves-contacts': { up: renamingLeavesContacts.up },
  '0028-apis': { up: apis.up },
};
