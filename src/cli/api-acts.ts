import type { Acr } from '../domain/acr.ts';
import type { WrongInApi } from '../flows/administration/read-api.ts';
import type { AdministrationPorts } from '../flows/ports/administration.ts';
import type { RegisteredApi } from '../flows/ports/apis.ts';
import { type Answer, isoTime } from './answer.ts';
import { Complaint } from './complaint.ts';
import { noOrganization } from './default-organization.ts';

interface Given {
  readonly name?: string;
  readonly scope?: readonly string[];
  readonly tokenFormat?: 'jwt' | 'opaque';
  readonly minimumAcr?: Acr | 'none';
  readonly client?: readonly string[];
}

export async function add(
  identifier: string,
  options: Given & { readonly name: string; readonly org: string },
): Promise<Answer> {
  const { addApi } = await import('../flows/administration/apis.ts');
  return administering(async (ports) => {
    const { scope = [], tokenFormat = 'jwt', minimumAcr = 'none', client = [] } = options;
    const done = await addApi(ports, {
      identifier,
      name: options.name,
      organizationId: options.org,
      scopes: scope,
      tokenFormat,
      minimumAcr: minimumAcr === 'none' ? null : minimumAcr,
      applications: client,
    });
    if (done.outcome === 'refused') {
      throw done.reason === 'wrong' ? wrong(done.wrong) : new Complaint(noOrganization(options.org));
    }
    return { json: { id: done.id, identifier }, text: [`${identifier} is registered`] };
  });
}

export async function list({ org }: { readonly org?: string }): Promise<Answer> {
  return administering(async ({ store }) => {
    if (org !== undefined && !(await store.organizations.find(org))) throw new Complaint(noOrganization(org));
    const found = await store.apis.all(org === undefined ? null : [org]);
    const apis = found.map((api) => ({
      identifier: api.identifier,
      name: api.name,
      organization: api.organizationId,
      scopes: api.scopes,
      token_format: api.tokenFormat,
      minimum_acr: api.minimumAcr,
      clients: api.applications,
      created_at: isoTime(api.createdAt),
    }));
    const text = apis.map(({ identifier, name, organization }) => `${identifier}  ${name}  in ${organization}`);
    return { json: { apis }, text: text.length > 0 ? text : ['there is no API'] };
  });
}

export async function edit(identifier: string, given: Given): Promise<Answer> {
  const { editApi } = await import('../flows/administration/apis.ts');
  return administering(async (ports) => {
    const now = await named(ports, identifier);
    const { minimumAcr } = given;
    const changes = {
      name: given.name ?? now.name,
      scopes: given.scope ?? now.scopes,
      tokenFormat: given.tokenFormat ?? now.tokenFormat,
      minimumAcr: minimumAcr === undefined ? now.minimumAcr : minimumAcr === 'none' ? null : minimumAcr,
      applications: given.client ?? now.applications,
    };
    const done = await editApi(ports, now.id, changes, now.version);
    if (done.outcome === 'refused') {
      if (done.reason === 'wrong') throw wrong(done.wrong);
      throw done.reason === 'changed-meanwhile' ? new Complaint('somebody has changed it meanwhile') : none(identifier);
    }
    return { json: { identifier, changed: true }, text: [`${identifier} is changed`] };
  });
}

export async function remove(identifier: string): Promise<Answer> {
  const { removeApi } = await import('../flows/administration/apis.ts');
  return administering(async (ports) => {
    const done = await removeApi(ports, (await named(ports, identifier)).id);
    if (done.outcome === 'refused') throw none(identifier);
    return { json: { identifier, removed: true }, text: [`${identifier} is removed`] };
  });
}

async function named({ store }: AdministrationPorts, identifier: string): Promise<RegisteredApi> {
  const found = await store.apis.byIdentifier(identifier);
  if (!found) throw none(identifier);
  return found;
}

const none = (identifier: string): Complaint => new Complaint(`there is no API "${identifier}"`);

async function administering(work: (ports: AdministrationPorts) => Promise<Answer>): Promise<Answer> {
  const opened = await import('./open.ts');
  return opened.administering(work);
}

function wrong([first]: readonly WrongInApi[]): Complaint {
  if (first?.why === 'taken') return new Complaint(`there is an API "${first.value}" already`);
  if (first?.field === 'identifier')
    return new Complaint(
      `the identifier is ${first.value}; it takes an absolute URI (https://… or urn:…) without fragment`,
    );
  if (first?.field === 'scopes')
    return new Complaint(
      `--scope is ${first.value}; it takes visible characters, and none of OpenID Connect's own scopes`,
    );
  if (first?.field === 'applications')
    return new Complaint(`--client is ${first.value}; there is no such application in the organization of this API`);
  return new Complaint('--name takes 1 to 100 printable characters');
}
