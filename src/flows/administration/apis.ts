import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts, AdministrationRepositories } from '../ports/administration.ts';
import type { Api, ApiChanges, RegisteredApi } from '../ports/apis.ts';
import type { Repositories } from '../ports.ts';
import { inOrganization } from './on-account.ts';
import { readApi, type WrongApi } from './read-api.ts';
import { record } from './record.ts';

type Tx = Repositories & AdministrationRepositories;
type Refusal = Refused<'unknown-api' | 'not-allowed' | 'changed-meanwhile'>;

/** Registers an API (RFC 8707): from then on applications of its organization get access tokens for it. Only an admin of the organization may. */
export async function addApi(
  ports: AdministrationPorts,
  request: Omit<Api, 'id'>,
): Promise<
  { readonly outcome: 'added'; readonly id: string } | WrongApi | Refused<'unknown-organization' | 'not-allowed'>
> {
  const { organizationId, identifier } = request;
  const settings = await readApi(ports.store.clients, organizationId, request);
  if ('outcome' in settings) return settings;
  const id = ports.crypto.uuid();
  return inOrganization(ports, organizationId, 'change-clients', async (tx) => {
    if (!(await tx.organizations.find(organizationId))) return refused('unknown-organization');
    if (!(await tx.apis.create({ ...settings, id, identifier, organizationId })))
      return { outcome: 'refused', reason: 'wrong', wrong: [{ field: 'identifier', why: 'taken', value: identifier }] };
    await record(ports, tx, { kind: 'api.added', organizationId, details: { api: identifier, ...written(settings) } });
    return { outcome: 'added', id };
  });
}

/** Sets an API's settings anew; its identifier and its organization stay. `version`: of the state that the form was made of. */
export async function editApi(
  ports: AdministrationPorts,
  id: string,
  changes: ApiChanges,
  version?: number,
): Promise<{ readonly outcome: 'edited' } | WrongApi | Refusal> {
  return onApi(ports, id, async (tx, api): Promise<{ readonly outcome: 'edited' } | WrongApi | Refusal> => {
    if (version !== undefined && api.version !== version) return refused('changed-meanwhile');
    const { identifier, organizationId } = api;
    const settings = await readApi(tx.clients, organizationId, { ...changes, identifier });
    if ('outcome' in settings) return settings;
    await tx.apis.change(id, settings);
    await record(ports, tx, {
      kind: 'api.changed',
      organizationId,
      details: { api: identifier, ...written(settings) },
    });
    return { outcome: 'edited' };
  });
}

/** Removes an API: nobody gets a token for it any more, by no refresh token either. Tokens that it has run out within minutes. */
export async function removeApi(
  ports: AdministrationPorts,
  id: string,
): Promise<{ readonly outcome: 'removed' } | Refusal> {
  return onApi(ports, id, async (tx, { identifier, organizationId }) => {
    await tx.apis.remove(id);
    await record(ports, tx, { kind: 'api.removed', organizationId, details: { api: identifier } });
    return { outcome: 'removed' } as const;
  });
}

async function onApi<Done>(
  ports: AdministrationPorts,
  id: string,
  work: (tx: Tx, api: RegisteredApi) => Promise<Done>,
): Promise<Done | Refusal> {
  const found = await ports.store.apis.find(id);
  if (!found) return refused('unknown-api');
  return inOrganization(ports, found.organizationId, 'change-clients', async (tx): Promise<Done | Refusal> => {
    const api = await tx.apis.lock(id);
    return api ? work(tx, api) : refused('unknown-api');
  });
}

/** Settings in the words of the log. */
const written = ({ name, scopes, tokenFormat, minimumAcr, applications }: ApiChanges) => ({
  name,
  scopes,
  token_format: tokenFormat,
  minimum_acr: minimumAcr,
  applications,
});
