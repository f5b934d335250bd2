import { type Command, Option } from 'commander';
import { LOCALES, type Locale } from '../domain/message.ts';
import { type AcceptanceOptions, acceptanceOf, notAccepted, withAcceptance } from './acceptance.ts';
import { type Answer, answering } from './answer.ts';
import { Complaint } from './complaint.ts';
import { PRESET_OR_FILE, readPolicy } from './policy-file.ts';

interface Options extends AcceptanceOptions {
  readonly name: string;
  readonly policy: string;
  readonly locale: Locale;
}

/** `organization create`. */
export function addOrganization(program: Command): void {
  const command = program
    .command('organization')
    .description('organizations: each has a policy, users and applications of its own')
    .command('create')
    .description('make an organization; without --policy nobody in it recovers by themselves')
    .requiredOption('--name <name>', 'its name, as people read it')
    .option('--policy <preset-or-file>', PRESET_OR_FILE, 'off')
    .addOption(new Option('--locale <locale>', 'its language').choices(LOCALES).default('en'));
  withAcceptance(command).action(answering(create));
}

async function create(options: Options): Promise<Answer> {
  const { name, policy: presetOrFile, locale } = options;
  const acceptance = acceptanceOf(options);
  const policy = await readPolicy(presetOrFile);
  const { administering } = await import('./open.ts');
  const { createOrganization } = await import('../flows/administration/create-organization.ts');
  return administering(async (ports) => {
    const done = await createOrganization(ports, { name, locale, policy }, acceptance);
    if (done.outcome === 'refused' && done.reason === 'bad-name')
      throw new Complaint('--name takes 1 to 100 printable characters');
    if (done.outcome !== 'created') throw await notAccepted(options, done);
    return { json: { id: done.id }, text: [`organization ${done.id}`] };
  });
}
