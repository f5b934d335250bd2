import { type Command, Option } from 'commander';
import { ACR } from '../domain/acr.ts';
import { answering } from './answer.ts';
import { add, edit, list, remove } from './api-acts.ts';
import { DEFAULT_ORGANIZATION } from './default-organization.ts';

const settings = (command: Command): Command =>
  command
    .option('--scope <scope...>', 'what applications may ask to do there')
    .addOption(
      new Option('--token-format <format>', 'jwt: it reads tokens itself; opaque: it asks').choices(['jwt', 'opaque']),
    )
    .addOption(new Option('--minimum-acr <acr>', 'no token below this class of sign-in').choices([...ACR, 'none']))
    .option('--client <id...>', 'only these applications may ask for it; left out: every one of its organization');

/** `api add|list|edit|remove`. */
export function addApi(program: Command): void {
  const api = program.command('api').description('APIs that applications get access tokens for (RFC 8707)');
  settings(
    api
      .command('add')
      .description('register an API')
      .argument('<identifier>', 'an absolute URI: what "resource" names, and "aud" in its tokens')
      .requiredOption('--name <name>', 'its name, as people read it when they are asked for consent'),
  )
    .option('--org <id>', 'its organization', DEFAULT_ORGANIZATION)
    .action(answering(add));
  api
    .command('list')
    .description('all APIs')
    .option('--org <id>', 'only those of this organization')
    .action(answering(list));
  settings(
    api
      .command('edit')
      .description('change what is given, all of it in place of what was')
      .argument('<identifier>')
      .option('--name <name>', 'its name, as people read it'),
  ).action(answering(edit));
  api
    .command('remove')
    .description('nobody gets a token for it any more')
    .argument('<identifier>')
    .action(answering(remove));
}
