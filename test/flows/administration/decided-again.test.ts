import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveEmergencyCode } from '../../../src/flows/administration/approve-emergency-code.ts';
import { claimRequest, refuseRequest } from '../../../src/flows/administration/emergency-requests.ts';
import { endSessions } from '../../../src/flows/administration/end-sessions.ts';
import { forbidRestoring } from '../../../src/flows/administration/forbid-restoring.ts';
import { issueEmergencyCode } from '../../../src/flows/administration/issue-emergency-code.ts';
import { issueRestoreCode } from '../../../src/flows/administration/issue-restore-code.ts';
import { proposeEmergencyCode, withdrawProposal } from '../../../src/flows/administration/propose-emergency-code.ts';
import { requireNewFactor } from '../../../src/flows/administration/require-new-factor.ts';
import { revokeEmergencyCode } from '../../../src/flows/administration/revoke-emergency-code.ts';
import { confirmRoles, grantRole, revokeRole } from '../../../src/flows/administration/roles.ts';
import { suspendAccount } from '../../../src/flows/administration/suspend-account.ts';
import { unpairDevice } from '../../../src/flows/administration/unpair-device.ts';
import type { AdministrationPorts } from '../../../src/flows/ports/administration.ts';
import type { Operator } from '../../../src/flows/ports/roles.ts';
import { ownerOf } from '../../support/owner.ts';
import { addPerson, type Person } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';

let test: TestPorts;
beforeAll(async () => {
  test = await openPorts();
});
afterAll(() => test.close());

const ADMIN = { role: 'admin', organizationId: null } as const;
const NOBODY = '00000000-0000-4000-8000-000000000000';
const why = { reason: 'asked for it' };

/** An admin at the console, as a page has loaded them. */
async function admin(): Promise<{ person: Person; ports: AdministrationPorts; operator: Operator }> {
  const person = await addPerson(test);
  await grantRole(test.administration, person.username, ADMIN);
  const operator = await ownerOf(test, person.id);
  return { person, operator, ports: { ...test.administration, operator } };
}

/** A request for the account of this id, or of this name; what is none gives a request that there is not. */
async function filed(account: string): Promise<string> {
  const { store, crypto, now } = test.ports;
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

/** Every flow of the console that is about somebody, called as its page calls it. */
const FLOWS: Readonly<
  Record<string, (ports: AdministrationPorts, id: string) => Promise<{ readonly outcome: string }>>
> = {
  suspend: (ports, id) => suspendAccount(ports, id, why),
  'end-sessions': (ports, id) => endSessions(ports, id, why),
  're-register': (ports, id) => requireNewFactor(ports, id, why),
  unpair: (ports, id) => unpairDevice(ports, id, 'none', { ...why, called: () => '' }),
  'forbid-restoring': (ports, id) => forbidRestoring(ports, id, true, why),
  'restore-code': (ports, id) => issueRestoreCode(ports, id, { by: 'person', reason: 'passport' }),
  'emergency-code': (ports, id) => issueEmergencyCode(ports, id, { reason: 'passport' }),
  'revoke-emergency-code': (ports, id) => revokeEmergencyCode(ports, id, why),
  propose: (ports, id) => proposeEmergencyCode(ports, id, { reason: 'passport' }),
  approve: (ports, id) => approveEmergencyCode(ports, id, { id: NOBODY, way: 'screen' }),
  withdraw: (ports, id) => withdrawProposal(ports, id, NOBODY),
  'claim-request': async (ports, id) => claimRequest(ports, await filed(id), true),
  'refuse-request': async (ports, id) => refuseRequest(ports, await filed(id), 'come to the desk'),
  'confirm-role': (ports, id) => confirmRoles(ports, id, why),
};

describe.each(Object.entries(FLOWS))('A24 %s is decided again where it is done', (_, flow) => {
  const refused = { outcome: 'refused', reason: 'not-allowed' };

  it('by the role that is held then, awake', async () => {
    const [target, { person, ports }] = [await addPerson(test), await admin()];
    await revokeRole(test.administration, person.username, ADMIN);
    expect(await flow(ports, target.id)).toEqual(refused);
    await grantRole(test.administration, person.username, ADMIN);
    await test.ports.store.accounts.update(person.id, { recoveredAt: test.ports.now() });
    expect(await flow(ports, target.id)).toEqual(refused);
    await confirmRoles(test.administration, person.username);
    expect(await flow(ports, target.id)).not.toEqual(refused);
  });

  it('in a session that is open, new and strong enough', async () => {
    const [target, { person, ports, operator }] = [await addPerson(test), await admin()];
    const { session } = operator;
    const old = { ...operator, session: { ...session, at: test.ports.now() - 1_201_000 } };
    expect(await flow({ ...ports, operator: old }, target.id)).toEqual(refused);
    const weak = { ...operator, session: { ...session, acr: 'urn:regain:acr:1' as const } };
    expect(await flow({ ...ports, operator: weak }, target.id)).toEqual(refused);
    await test.ports.store.sessions.endAll(person.id);
    expect(await flow(ports, target.id)).toEqual(refused);
  });

  it('and never on oneself, nor by a username in place of an id', async () => {
    const [target, { person, ports }] = [await addPerson(test), await admin()];
    expect(await flow(ports, person.id)).toEqual(refused);
    expect(await flow(ports, target.username)).toEqual({ outcome: 'refused', reason: 'unknown-user' });
  });
});
