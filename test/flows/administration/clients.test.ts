import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR_ACTS } from '../../../src/domain/administration.ts';
import { PRESETS } from '../../../src/domain/presets.ts';
import type { Role } from '../../../src/domain/role.ts';
import type { ClientSettings } from '../../../src/flows/administration/client-settings.ts';
import { createClient } from '../../../src/flows/administration/create-client.ts';
import { editClient } from '../../../src/flows/administration/edit-client.ts';
import { grantRole, revokeRole } from '../../../src/flows/administration/roles.ts';
import { rotateClientSecret } from '../../../src/flows/administration/rotate-client-secret.ts';
import { removeClient, resumeClient, suspendClient } from '../../../src/flows/administration/suspend-client.ts';
import type { AdministrationPorts } from '../../../src/flows/ports/administration.ts';
import { ownerOf } from '../../support/owner.ts';
import { addOrganization, addPerson } from '../../support/people.ts';
import { openPorts, type TestPorts } from '../../support/ports.ts';

let here: TestPorts;
let elsewhere: string;
beforeAll(async () => {
  here = await openPorts();
  const { administration } = PRESETS['password-sms'];
  // Operators may everything that a policy can give them.
  const policy = { ...PRESETS['password-sms'], administration: { ...administration, operatorMay: [...OPERATOR_ACTS] } };
  await here.administration.store.policies.set('default', policy);
  elsewhere = await addOrganization(here, policy);
});
afterAll(() => here.close());

const SETTINGS: ClientSettings = {
  name: 'Shop',
  redirectUris: ['https://shop.example/cb'],
  postLogoutRedirectUris: [],
  grants: ['authorization_code'],
};
const create = (ports: AdministrationPorts, organizationId = 'default', more: Partial<ClientSettings> = {}) =>
  createClient(ports, { ...SETTINGS, ...more, organizationId, kind: 'secret' });

/** An application with a secret. */
async function application(): Promise<string> {
  const made = await create(here.administration);
  if (made.outcome !== 'created') throw new Error(made.reason);
  return made.clientId;
}
const load = (id: string) => here.administration.store.clients.find(id);
const linesAbout = async (id: string) =>
  (await here.administration.store.log.page({ scope: null, limit: 1_000 })).filter(
    ({ details }) => details['client'] === id,
  );

const FLOWS: Readonly<
  Record<string, (ports: AdministrationPorts, id: string) => Promise<{ readonly outcome: string }>>
> = {
  edit: (ports, id) => editClient(ports, id, (now) => ({ ...now, name: 'Other' })),
  'rotate-secret': (ports, id) => rotateClientSecret(ports, id),
  suspend: (ports, id) => suspendClient(ports, id),
  resume: (ports, id) => resumeClient(ports, id),
  remove: (ports, id) => removeClient(ports, id),
  create: (ports) => create(ports),
};

async function desk(role: Role, organizationId: string | null) {
  const person = await addPerson(here);
  await grantRole(here.administration, person.username, { role, organizationId });
  const operator = await ownerOf(here, person.id);
  return { person, operator, ports: { ...here.administration, operator } };
}

describe.each(Object.entries(FLOWS))('A24 %s', (name, flow) => {
  const refused = { outcome: 'refused', reason: 'not-allowed' };

  test("is an admin's of its organization, in the role and the session of this moment", async () => {
    const id = await application();
    const before = JSON.stringify(await load(id));
    const admin = await desk('admin', 'default');
    const { session } = admin.operator;
    const tries = [
      (await desk('operator', 'default')).ports,
      (await desk('operator', null)).ports,
      (await desk('admin', elsewhere)).ports,
      { ...admin.ports, operator: { ...admin.operator, session: { ...session, at: here.ports.now() - 1_201_000 } } },
      { ...admin.ports, operator: { ...admin.operator, session: { ...session, acr: 'urn:regain:acr:1' as const } } },
    ];
    for (const ports of tries) expect(await flow(ports, id)).toEqual(refused);
    await here.ports.store.accounts.update(admin.person.id, { recoveredAt: here.ports.now() });
    expect(await flow(admin.ports, id)).toEqual(refused);
    const gone = await desk('admin', 'default');
    await revokeRole(here.administration, gone.person.username, { role: 'admin', organizationId: 'default' });
    expect(await flow(gone.ports, id)).toEqual(refused);
    const out = await desk('admin', 'default');
    await here.ports.store.sessions.endAll(out.person.id);
    expect(await flow(out.ports, id)).toEqual(refused);
    expect([JSON.stringify(await load(id)), (await linesAbout(id)).length]).toEqual([before, 1]);

    const may = await desk('admin', 'default');
    expect(await flow(may.ports, id)).not.toMatchObject({ outcome: 'refused' });
    const log = await here.administration.store.log.page({ scope: null, operatorId: may.person.id, limit: 5 });
    expect(log).toHaveLength(name === 'resume' ? 0 : 1);
  });
});

describe('two at the same time', () => {
  test('A38 of edits that are made of one state, one holds; nothing of the others is mixed into it', async () => {
    const id = await application();
    const version = (await load(id))?.version;
    const names = Array.from({ length: 20 }, (_, index) => `Name ${index}`);
    const done = await Promise.all(
      names.map((name) =>
        editClient(
          here.administration,
          id,
          (now) => ({ ...now, name, redirectUris: [`https://${name.slice(5)}.example/`] }),
          version,
        ),
      ),
    );
    const held = done.findIndex(({ outcome }) => outcome === 'edited');
    expect(done.filter((one) => one.outcome === 'refused' && one.reason === 'changed-meanwhile')).toHaveLength(19);
    const client = await load(id);
    expect(client).toMatchObject({ name: names[held], version: 2 });
    expect(client?.metadata['redirect_uris']).toEqual([`https://${held}.example/`]);
    expect(await linesAbout(id)).toHaveLength(2);
  });

  test('A38 of new secrets too: the one that is shown is the one that holds', async () => {
    const id = await application();
    const version = (await load(id))?.version;
    const done = await Promise.all(
      Array.from({ length: 20 }, () => rotateClientSecret(here.administration, id, {}, version)),
    );
    const secrets = done.flatMap((one) => (one.outcome === 'rotated' ? [one.clientSecret] : []));
    expect(secrets).toHaveLength(1);
    expect((await load(id))?.secretHash).toEqual(here.crypto.hashToken(secrets[0] ?? ''));
  });
});

describe('what an application is set to', () => {
  test('what is no setting of ours stays as it is through a change', async () => {
    const id = here.crypto.uuid();
    const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] };
    const metadata = {
      redirect_uris: ['https://a.example/'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    };
    const others = { token_endpoint_auth_method: 'private_key_jwt', jwks, id_token_signed_response_alg: 'ES256' };
    const row = {
      id,
      name: 'Keyed',
      organizationId: 'default',
      firstParty: false,
      admitsOthers: false,
      secretHash: null,
    };
    await here.administration.store.clients.create({ ...row, metadata: { ...metadata, ...others } });
    const backchannelLogoutUri = 'https://a.example/out';
    await editClient(here.administration, id, (now) => ({ ...now, backchannelLogoutUri }));
    expect((await load(id))?.metadata).toMatchObject({
      ...metadata,
      ...others,
      backchannel_logout_uri: backchannelLogoutUri,
    });
    expect(await rotateClientSecret(here.administration, id)).toEqual({ outcome: 'refused', reason: 'no-secret' });
    await editClient(here.administration, id, (now) => ({ ...now, backchannelLogoutUri: undefined }));
    expect(Object.keys((await load(id))?.metadata ?? {}).filter((key) => key.startsWith('backchannel'))).toEqual([]);
  });

  test.each<[string, Partial<ClientSettings>, object]>([
    ['nothing that it may do', { grants: [] }, { field: 'grants', why: 'none' }],
    ['refresh tokens of nobody', { grants: ['refresh_token'] }, { field: 'grants', why: 'refresh-alone' }],
    ['no address to come back to', { redirectUris: [] }, { field: 'redirect_uris', why: 'missing' }],
    ['a name that cannot be read', { name: '\u202egnp' }, { field: 'name', why: 'bad-name' }],
    [
      'people of others who are not asked',
      { firstParty: true, admitsOthers: true },
      { field: 'admits_others', why: 'first-party' },
    ],
    [
      'more addresses than anybody has',
      { redirectUris: Array.from({ length: 101 }, (_, at) => `https://a.example/${at}`) },
      { field: 'redirect_uris', why: 'too-many', value: '100' },
    ],
  ])('%s is refused', async (_, more, wrong) => {
    expect(await create(here.administration, 'default', more)).toEqual({
      outcome: 'refused',
      reason: 'wrong',
      wrong: [wrong],
    });
  });

  test('a public application neither acts for itself nor does without PKCE', async () => {
    const request = { ...SETTINGS, organizationId: 'default', kind: 'public', withoutPkce: true } as const;
    const made = await createClient(here.administration, {
      ...request,
      grants: ['authorization_code', 'client_credentials'],
    });
    expect(made).toMatchObject({ wrong: [{ field: 'grants' }, { field: 'without_pkce' }] });
  });
});
