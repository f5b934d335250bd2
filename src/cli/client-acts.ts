import type { Acr } from '../domain/acr.ts';
import type { Grant } from '../flows/administration/client-settings.ts';
import type { WrongInClient } from '../flows/administration/read-client.ts';
import type { AdministrationPorts } from '../flows/ports/administration.ts';
import { type Answer, isoTime } from './answer.ts';
import { Complaint } from './complaint.ts';
import { noOrganization } from './default-organization.ts';

interface Given {
  readonly name?: string;
  readonly redirectUri?: readonly string[];
  readonly postLogoutRedirectUri?: readonly string[];
  readonly backchannelLogoutUri?: string;
  readonly grant?: readonly Grant[];
  readonly minimumAcr?: Acr | 'none';
  readonly firstParty?: boolean;
  readonly admitOthers?: boolean;
  readonly pkce?: boolean;
  readonly requirePush?: boolean;
  readonly requireDpop?: boolean;
  readonly fapi?: boolean;
  readonly keys?: string;
}

/** What was given of the settings that are there by themselves; what was not stays as it is. */
function optional(
  { minimumAcr, firstParty, admitOthers, pkce, requirePush, requireDpop, fapi }: Given,
  keys: string | undefined,
) {
  return {
    ...(minimumAcr !== undefined && { minimumAcr: minimumAcr === 'none' ? undefined : minimumAcr }),
    ...(firstParty !== undefined && { firstParty }),
    ...(admitOthers !== undefined && { admitsOthers: admitOthers }),
    ...(pkce !== undefined && { withoutPkce: !pkce }),
    ...(requirePush !== undefined && { requirePush }),
    ...(requireDpop !== undefined && { requireDpop }),
    ...(fapi !== undefined && { fapi }),
    ...(keys !== undefined && { keys }),
  };
}

/** Keys are given by address, or as a file. */
async function keysFrom(option: string | undefined): Promise<string | undefined> {
  if (option === undefined || /^https?:/i.test(option)) return option;
  const { readFile } = await import('node:fs/promises');
  return readFile(option, 'utf8').catch(() => {
    throw new Complaint(`--keys is ${option}; it takes an https:// address, or a file that can be read`);
  });
}

interface Created extends Given {
  readonly name: string;
  readonly grant: readonly Grant[];
  readonly public?: true;
  readonly org: string;
}

export async function create(options: Created): Promise<Answer> {
  const { redirectUri: redirectUris = [], grant: grants } = options;
  if (redirectUris.length === 0 && grants.includes('authorization_code')) {
    throw new Complaint('--redirect-uri is missing: people who sign in must come back', 2);
  }
  if (options.public && grants.includes('client_credentials')) {
    throw new Complaint('--grant client_credentials needs a secret, which --public has not', 2);
  }
  if (options.public && options.keys !== undefined) throw new Complaint('--public and --keys exclude each other', 2);
  const keys = await keysFrom(options.keys);
  const { createClient } = await import('../flows/administration/create-client.ts');
  return administering(async (ports) => {
    const done = await createClient(ports, {
      name: options.name,
      organizationId: options.org,
      redirectUris,
      postLogoutRedirectUris: options.postLogoutRedirectUri ?? [],
      backchannelLogoutUri: options.backchannelLogoutUri,
      grants,
      kind: options.public ? 'public' : keys === undefined ? 'secret' : 'key',
      ...optional(options, keys),
    });
    if (done.outcome === 'refused') {
      if (done.reason === 'wrong') throw wrong(done.wrong, options);
      throw new Complaint(noOrganization(options.org));
    }
    const { clientId, clientSecret } = done;
    return {
      json: { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) },
      text: [`client_id      ${clientId}`, ...(clientSecret === undefined ? [] : [secretLine(clientSecret)])],
    };
  });
}

const PER_PAGE = 500;

export async function list({ org }: { readonly org?: string }): Promise<Answer> {
  const { kindOf, settingsOf } = await import('../flows/administration/client-settings.ts');
  return administering(async ({ store }) => {
    if (org !== undefined && !(await store.organizations.find(org))) throw new Complaint(noOrganization(org));
    const scope = org === undefined ? null : [org];
    const all = [];
    for (let after: string | undefined; ; ) {
      const found = await store.clients.page({ scope, after, limit: PER_PAGE });
      all.push(...found);
      after = found.at(-1)?.id;
      if (found.length < PER_PAGE) break;
    }
    const clients = all.map((client) => ({
      client_id: client.id,
      name: client.name,
      organization: client.organizationId,
      kind: kindOf(client),
      redirect_uris: settingsOf(client).redirectUris,
      grant_types: settingsOf(client).grants,
      created_at: isoTime(client.createdAt),
      suspended_at: isoTime(client.suspendedAt),
    }));
    const text = clients.map(({ client_id, name, organization, suspended_at }) =>
      [client_id, name, `in ${organization}`, ...(suspended_at === null ? [] : ['suspended'])].join('  '),
    );
    return { json: { clients }, text: text.length > 0 ? text : ['there is no application'] };
  });
}

export async function edit(id: string, options: Given): Promise<Answer> {
  const keys = await keysFrom(options.keys);
  const { editClient } = await import('../flows/administration/edit-client.ts');
  return administering(async (ports) => {
    const done = await editClient(ports, id, (now) => ({
      ...now,
      name: options.name ?? now.name,
      redirectUris: options.redirectUri ?? now.redirectUris,
      postLogoutRedirectUris: options.postLogoutRedirectUri ?? now.postLogoutRedirectUris,
      backchannelLogoutUri: options.backchannelLogoutUri ?? now.backchannelLogoutUri,
      grants: options.grant ?? now.grants,
      ...optional(options, keys),
    }));
    if (done.outcome === 'refused') throw done.reason === 'wrong' ? wrong(done.wrong, options) : noClient(id);
    const what = done.changed.length > 0 ? `changed: ${done.changed.join(', ')}` : 'it is so already';
    return { json: { client_id: id, changed: done.changed }, text: [what] };
  });
}

export async function rotateSecret(id: string): Promise<Answer> {
  const { rotateClientSecret } = await import('../flows/administration/rotate-client-secret.ts');
  return administering(async (ports) => {
    const done = await rotateClientSecret(ports, id);
    if (done.outcome === 'refused') {
      throw done.reason === 'no-secret' ? new Complaint(`"${id}" has no secret`) : noClient(id);
    }
    const { clientSecret } = done;
    return { json: { client_id: id, client_secret: clientSecret }, text: [secretLine(clientSecret)] };
  });
}

export const suspend = (id: string): Promise<Answer> => set(id, true);
export const resume = (id: string): Promise<Answer> => set(id, false);

async function set(id: string, suspended: boolean): Promise<Answer> {
  const { resumeClient, suspendClient } = await import('../flows/administration/suspend-client.ts');
  return administering(async (ports) => {
    const done = await (suspended ? suspendClient : resumeClient)(ports, id);
    if (done.outcome === 'refused') throw noClient(id);
    const text = `${id} is ${suspended ? 'suspended' : 'not suspended'}${done.changed ? '' : ', as before'}`;
    return { json: { client_id: id, suspended, changed: done.changed }, text: [text] };
  });
}

export async function remove(id: string): Promise<Answer> {
  const { removeClient } = await import('../flows/administration/suspend-client.ts');
  return administering(async (ports) => {
    const done = await removeClient(ports, id);
    if (done.outcome === 'refused') throw noClient(id);
    return { json: { client_id: id, removed: true }, text: [`${id} is removed`] };
  });
}

async function administering(work: (ports: AdministrationPorts) => Promise<Answer>): Promise<Answer> {
  const opened = await import('./open.ts');
  return opened.administering(work);
}

const secretLine = (secret: string): string => `client_secret  ${secret}   (shown this once)`;
const noClient = (id: string): Complaint => new Complaint(`there is no application "${id}"`);

const ADDRESSES = 'https:// addresses, or http:// on localhost, 127.0.0.1 or [::1], without fragment, user and *';

/** The first of what is wrong, by the option that it came from. */
function wrong([first]: readonly WrongInClient[], given: Given): Complaint {
  if (first?.field === 'keys')
    return new Complaint(
      first.why === 'private'
        ? '--keys holds a private key; it takes the public ones alone, and the private ones stay with the application'
        : '--keys takes public keys (JWK set; RSA of 2048 bits, P-256 or Ed25519), or the https:// address of them',
    );
  if (first?.field === 'fapi') return new Complaint('--fapi takes an application with --keys');
  if (first?.field === 'without_pkce') return new Complaint('--no-pkce takes an application with a secret or keys');
  if (first?.field === 'admits_others') return new Complaint('--first-party and --admit-others exclude each other');
  if (first?.field === 'redirect_uris')
    return new Complaint(`--redirect-uri is ${given.redirectUri?.join(' ') ?? 'missing'}; it takes ${ADDRESSES}`);
  if (first?.field === 'post_logout_redirect_uris')
    return new Complaint(
      `--post-logout-redirect-uri is ${given.postLogoutRedirectUri?.join(' ')}; it takes ${ADDRESSES}`,
    );
  if (first?.field === 'backchannel_logout_uri')
    return new Complaint(`--backchannel-logout-uri is ${given.backchannelLogoutUri}; it takes one of ${ADDRESSES}`);
  if (first?.field === 'grants')
    return new Complaint(
      `--grant is ${given.grant?.join(' ')}; refresh_token takes authorization_code, client_credentials a secret`,
    );
  return new Complaint('--name takes 1 to 100 printable characters');
}
