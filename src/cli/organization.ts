import { type Command, Option } from 'commander';
import { LOCALES } from '../domain/message.ts';
import { withAcceptance } from './acceptance.ts';
import { answering } from './answer.ts';
import { create, edit, list } from './organization-acts.ts';
import { PRESET_OR_FILE } from './policy-file.ts';

const EMPTY = 'an empty value takes it away';

/** `organization create|list|edit`. */
export function addOrganization(program: Command): void {
  const organization = program
    .command('organization')
    .description('organizations: each has a policy, users, applications and a look of its own');
  const made = organization
    .command('create')
    .description('make an organization; without --policy nobody in it recovers by themselves')
    .requiredOption('--name <name>', 'its name, as people read it')
    .option('--policy <preset-or-file>', PRESET_OR_FILE, 'off')
    .addOption(new Option('--locale <locale>', 'its language').choices(LOCALES).default('en'));
  withAcceptance(made).action(answering(create));
  organization.command('list').description('all organizations, by name').action(answering(list));
  organization
    .command('edit <id>')
    .description(`change what is given; ${EMPTY}`)
    .option('--name <name>', 'its name, as people read it')
    .addOption(new Option('--locale <locale>', 'its language').choices(LOCALES))
    .option('--support-url <url>', 'where "Contact support" leads')
    .option('--support-email <address>', 'shown to people who are stuck')
    .option('--support-phone <number>', 'the same: +41…')
    .option('--accent <colour>', '#rrggbb of links and buttons; 7:1 on white')
    .option('--accent-dark <colour>', 'the same in the dark; else made of --accent')
    .option('--logo <file>', 'PNG, JPEG, WebP or SVG')
    .option('--sender-name <name>', 'of e-mails, in place of that of MAIL_FROM')
    .option('--sender-address <address>', 'of e-mails, in place of that of MAIL_FROM')
    .option('--sms-name <name>', 'in SMS; at most 20 characters')
    .option(
      '--app <name-and-links...>',
      'an authenticator app to recommend: "NAME https://apps.apple.com/… https://play.google.com/…"',
    )
    .action(answering(edit));
}
