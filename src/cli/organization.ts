import { type Command, Option } from 'commander';
import { LOCALES, type Locale } from '../domain/message.ts';
import { PRESETS } from '../domain/presets.ts';
import { type Answer, answering } from './answer.ts';
import { Complaint } from './complaint.ts';
import { readPolicy } from './policy-file.ts';

interface Options {
  readonly name: string;
  readonly policy: string;
  readonly locale: Locale;
}

/** `organization create`. */
export function addOrganization(program: Command): void {
  program
    .command('organization')
    .description('organizations: each has a policy, users and applications of its own')
    .command('create')
    .description('make an organization; without --policy nobody in it recovers by themselves')
    .requiredOption('--name <name>', 'its name, as people read it')
    .option('--policy <preset-or-file>', `a preset (${Object.keys(PRESETS).join(', ')}) or a JSON file`, 'off')
    .addOption(new Option('--locale <locale>', 'its language').choices(LOCALES).default('en'))
    .action(answering(create));
}

async function create({ name, policy: presetOrFile, locale }: Options): Promise<Answer> {
  const policy = await readPolicy(presetOrFile);
  const { administering } = await import('./open.ts');
  const { createOrganization } = await import('../flows/administration/create-organization.ts');
  return administering(async (ports) => {
    const done = await createOrganization(ports, { name, locale, policy });
    if (done.outcome === 'refused') throw new Complaint('--name takes 1 to 100 printable characters');
    return { json: { id: done.id }, text: [`organization ${done.id}`] };
  });
}
