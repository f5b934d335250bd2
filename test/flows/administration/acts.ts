import type { AdminAct } from '../../../src/domain/administration.ts';
import { approveEmergencyCode } from '../../../src/flows/administration/approve-emergency-code.ts';
import { createAccount } from '../../../src/flows/administration/create-account.ts';
import { claimRequest, refuseRequest } from '../../../src/flows/administration/emergency-requests.ts';
import { endSessions } from '../../../src/flows/administration/end-sessions.ts';
import { forbidRestoring } from '../../../src/flows/administration/forbid-restoring.ts';
import { inviteAccount } from '../../../src/flows/administration/invite-account.ts';
import { issueEmergencyCode } from '../../../src/flows/administration/issue-emergency-code.ts';
import { issueRestoreCode } from '../../../src/flows/administration/issue-restore-code.ts';
import { proposeEmergencyCode, withdrawProposal } from '../../../src/flows/administration/propose-emergency-code.ts';
import { requireNewFactor } from '../../../src/flows/administration/require-new-factor.ts';
import { resumeAccount } from '../../../src/flows/administration/resume-account.ts';
import { revokeEmergencyCode } from '../../../src/flows/administration/revoke-emergency-code.ts';
import { confirmRoles, grantRole, revokeRole } from '../../../src/flows/administration/roles.ts';
import { suspendAccount } from '../../../src/flows/administration/suspend-account.ts';
import { unpairDevice } from '../../../src/flows/administration/unpair-device.ts';
import type { AdministrationPorts } from '../../../src/flows/ports/administration.ts';

const why = { reason: 'asked for it' };
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** A flow of the console that is about somebody, called as its page calls it. `id`: of the account. */
export interface ConsoleAct {
  readonly act: AdminAct;
  readonly run: (ports: AdministrationPorts, id: string) => Promise<{ readonly outcome: string }>;
}

/** A request for the account of this id; what is none gives a request that there is not. */
async function filed({ store, crypto, now }: AdministrationPorts, account: string): Promise<string> {
  const id = crypto.uuid();
  const found = await store.accounts.load(account);
  if (!found) return id;
  await store.emergencyRequests.add({
    id,
    accountId: found.id,
    organizationId: found.organizationId,
    tokenHash: crypto.hashToken(crypto.token()),
    stopHash: crypto.hashToken(crypto.token()),
    reason: 'lost everything',
    reach: 'by phone',
    ip: '',
    userAgent: '',
    knownBrowser: false,
    createdAt: now(),
    expiresAt: now() + 60_000,
  });
  return id;
}

/** The proposal that waits for a second operator; where none does, one that there is not. */
async function waiting({ store, now }: AdministrationPorts, account: string): Promise<string> {
  const found = await store.accounts.load(account);
  return (found && (await store.codeProposals.open(found.id, now()))?.id) ?? NOBODY;
}

/** The first factor of the account, as a device; of nobody none. */
async function device({ store }: AdministrationPorts, account: string): Promise<string> {
  const found = await store.accounts.load(account);
  return found?.credentials.find(({ kind }) => kind === 'totp')?.id ?? NOBODY;
}

/** Every flow of the console that is about somebody. */
export const ACTS = {
  suspend: { act: 'suspend', run: (ports, id) => suspendAccount(ports, id, why) },
  resume: { act: 'resume', run: (ports, id) => resumeAccount(ports, id, undefined, why) },
  'end-sessions': { act: 'end-sessions', run: (ports, id) => endSessions(ports, id, why) },
  're-register': { act: 're-register', run: (ports, id) => requireNewFactor(ports, id, why) },
  unpair: {
    act: 'unpair',
    run: async (ports, id) => unpairDevice(ports, id, await device(ports, id), { ...why, called: () => '' }),
  },
  'forbid-restoring': { act: 'forbid-restoring', run: (ports, id) => forbidRestoring(ports, id, true, why) },
  invite: { act: 'invite', run: (ports, id) => inviteAccount(ports, id) },
  'restore-code': {
    act: 'issue-restore-code',
    run: (ports, id) => issueRestoreCode(ports, id, { by: 'person', reason: 'passport' }),
  },
  'emergency-code': {
    act: 'issue-emergency-code',
    run: (ports, id) => issueEmergencyCode(ports, id, { reason: 'passport' }),
  },
  'revoke-emergency-code': { act: 'issue-emergency-code', run: (ports, id) => revokeEmergencyCode(ports, id, why) },
  propose: { act: 'issue-emergency-code', run: (ports, id) => proposeEmergencyCode(ports, id, { reason: 'passport' }) },
  approve: {
    act: 'issue-emergency-code',
    run: async (ports, id) => approveEmergencyCode(ports, id, { id: await waiting(ports, id), way: 'screen' }),
  },
  withdraw: {
    act: 'issue-emergency-code',
    run: async (ports, id) => withdrawProposal(ports, id, await waiting(ports, id)),
  },
  'claim-request': {
    act: 'issue-emergency-code',
    run: async (ports, id) => claimRequest(ports, await filed(ports, id), { claimed: true, inPlaceOf: null }),
  },
  'refuse-request': {
    act: 'issue-emergency-code',
    run: async (ports, id) => refuseRequest(ports, await filed(ports, id), 'come to the desk'),
  },
  'confirm-role': { act: 'confirm-role', run: (ports, id) => confirmRoles(ports, id, why) },
  'grant-role': {
    act: 'change-roles',
    run: (ports, id) => grantRole(ports, id, { role: 'operator', organizationId: 'default' }, why),
  },
  'revoke-role': {
    act: 'change-roles',
    run: (ports, id) => revokeRole(ports, id, { role: 'operator', organizationId: 'default' }, why),
  },
} as const satisfies Readonly<Record<string, ConsoleAct>>;
export type ConsoleActName = keyof typeof ACTS;

/** Somebody new, in an organization: the only act that is about nobody yet. */
export function create(ports: AdministrationPorts, organizationId: string): Promise<{ readonly outcome: string }> {
  const username = `n${ports.crypto.digits(9)}`;
  const email = `${username}@example.com`;
  return createAccount(ports, {
    username,
    email,
    organizationId,
    emailVerified: false,
    phoneVerified: false,
    invite: true,
  });
}
