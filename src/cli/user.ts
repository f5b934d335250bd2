import { type Command, Option } from 'commander';
import { LOCALES } from '../domain/message.ts';
import { answering } from './answer.ts';
import { DEFAULT_ORGANIZATION } from './default-organization.ts';
import { resume, suspend, totp } from './user-acts.ts';
import { create } from './user-create.ts';
import { show } from './user-show.ts';

/** `user create|show|totp|suspend|resume`. */
export function addUser(program: Command): void {
  const user = program.command('user').description('people and their accounts');
  user
    .command('create')
    .description('make an account; what is created verified counts for recovery at once')
    .requiredOption('--username <username>', 'what they sign in with')
    .requiredOption('--email <address>', 'where recovery messages go')
    .option('--email-verified', 'the address is known to be theirs')
    .option('--phone <number>', 'in international notation: +41…')
    .option('--phone-verified', 'the number is known to be theirs')
    .addOption(
      new Option('--locale <locale>', 'their language (default: the one of the organization)').choices(LOCALES),
    )
    .option('--given-name <name>')
    .option('--family-name <name>')
    .addOption(new Option('--password-stdin', 'read the password from standard input, one line').conflicts('invite'))
    .addOption(new Option('--invite', 'send an e-mail in which they choose their own').conflicts('passwordStdin'))
    .option('--org <id>', 'their organization', DEFAULT_ORGANIZATION)
    .action(answering(create));
  user
    .command('show')
    .description('account, credentials without secrets, devices, and the routes open to this user')
    .argument('<username-or-email>')
    .action(answering(show));
  user
    .command('totp')
    .description('enrol an authenticator app and print its secret (for tests and for moving in; the owner is told)')
    .argument('<username>')
    .action(answering(totp));
  user
    .command('suspend')
    .description('nobody signs in to the account or recovers it; its sessions and tokens end now')
    .argument('<username>')
    .action(answering(suspend));
  user
    .command('resume')
    .description('let a suspended account sign in again, or one that "It wasn\'t me" has blocked')
    .argument('<username>')
    .addOption(
      new Option(
        '--contested <how>',
        'what becomes of what was contested; say it once you know who the owner is',
      ).choices(['undo', 'keep']),
    )
    .action(answering(resume));
}
