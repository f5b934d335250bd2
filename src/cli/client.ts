import { type Command, Option } from 'commander';
import {
  type ClientRefusal,
  createClient,
  DEFAULT_GRANTS,
  GRANTS,
  type Grant,
} from '../flows/administration/create-client.ts';
import { type Answer, answering } from './answer.ts';
import { Complaint } from './complaint.ts';
import { DEFAULT_ORGANIZATION, noOrganization } from './default-organization.ts';

interface Options {
  readonly name: string;
  readonly redirectUri?: readonly string[];
  readonly postLogoutRedirectUri?: readonly string[];
  readonly backchannelLogoutUri?: string;
  readonly public?: true;
  readonly grant: readonly Grant[];
  readonly org: string;
}

/** `client create`. */
export function addClient(program: Command): void {
  program
    .command('client')
    .description('applications that sign people in')
    .command('create')
    .description('register an application')
    .requiredOption('--name <name>', 'its name, as people read it')
    .option('--redirect-uri <uri...>', 'where people come back to; compared exactly')
    .option('--post-logout-redirect-uri <uri...>', 'where people may be sent after signing out')
    .option('--backchannel-logout-uri <uri>', 'is told when a session ends')
    .option('--public', 'no secret: an application that runs in the browser or on the device')
    .addOption(new Option('--grant <grant...>', 'what it may use').choices(GRANTS).default([...DEFAULT_GRANTS]))
    .option('--org <id>', 'its organization', DEFAULT_ORGANIZATION)
    .action(answering(create));
}

async function create(options: Options): Promise<Answer> {
  const { redirectUri: redirectUris = [], grant: grants } = options;
  if (redirectUris.length === 0 && grants.includes('authorization_code')) {
    throw new Complaint('--redirect-uri is missing: people who sign in must come back', 2);
  }
  if (options.public && grants.includes('client_credentials')) {
    throw new Complaint('--grant client_credentials needs a secret, which --public has not', 2);
  }
  const { administering } = await import('./open.ts');
  return administering(async (ports) => {
    const done = await createClient(ports, {
      name: options.name,
      organizationId: options.org,
      redirectUris,
      postLogoutRedirectUris: options.postLogoutRedirectUri ?? [],
      ...(options.backchannelLogoutUri === undefined ? {} : { backchannelLogoutUri: options.backchannelLogoutUri }),
      grants,
      public: options.public === true,
    });
    if (done.outcome === 'refused') throw new Complaint(why(done.reason, options));
    const { clientId, clientSecret } = done;
    return {
      json: { client_id: clientId, ...(clientSecret === undefined ? {} : { client_secret: clientSecret }) },
      text: [
        `client_id      ${clientId}`,
        ...(clientSecret === undefined ? [] : [`client_secret  ${clientSecret}   (shown this once)`]),
      ],
    };
  });
}

function why(reason: ClientRefusal, options: Options): string {
  const addresses = 'https:// addresses, or http:// on localhost, 127.0.0.1 or [::1], without fragment, user and *';
  const lines: Record<ClientRefusal, string> = {
    'bad-name': '--name takes 1 to 100 printable characters',
    'bad-redirect-uri': `--redirect-uri is ${options.redirectUri?.join(' ')}; it takes ${addresses}`,
    'bad-post-logout-redirect-uri': `--post-logout-redirect-uri is ${options.postLogoutRedirectUri?.join(' ')}; it takes ${addresses}`,
    'bad-backchannel-logout-uri': `--backchannel-logout-uri is ${options.backchannelLogoutUri}; it takes one of ${addresses}`,
    'unknown-organization': noOrganization(options.org),
  };
  return lines[reason];
}
