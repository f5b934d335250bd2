import { type Command, Option } from 'commander';
import { ACR } from '../domain/acr.ts';
import { DEFAULT_GRANTS, GRANTS } from '../flows/administration/client-settings.ts';
import { answering } from './answer.ts';
import { create, edit, list, remove, resume, rotateSecret, suspend } from './client-acts.ts';
import { DEFAULT_ORGANIZATION } from './default-organization.ts';

const grants = (): Option => new Option('--grant <grant...>', 'what it may use').choices(GRANTS);

/** The options of its addresses. */
const addresses = (command: Command): Command =>
  command
    .option('--redirect-uri <uri...>', 'where people come back to; compared exactly')
    .option('--post-logout-redirect-uri <uri...>', 'where people may be sent after signing out')
    .option('--backchannel-logout-uri <uri>', 'is told when a session ends');

/** The options of what else it may and must. */
const settings = (command: Command): Command =>
  command
    .addOption(new Option('--minimum-acr <acr>', 'no session below this class is enough').choices([...ACR, 'none']))
    .option('--first-party', 'of the organization itself: people are not asked for consent')
    .option('--no-first-party', 'people are asked for consent')
    .option('--admit-others', 'accounts of other organizations may sign in')
    .option('--no-admit-others', 'only accounts of its own organization')
    .option('--pkce', 'PKCE is required')
    .option('--no-pkce', 'PKCE may be left out (only with a secret or keys)')
    .option('--require-push', 'takes pushed authorization requests only (RFC 9126)')
    .option('--no-require-push', 'takes others as well')
    .option('--require-dpop', 'its tokens are bound to a key of its own (RFC 9449)')
    .option('--no-require-dpop', 'its tokens may be unbound')
    .option('--keys <address-or-file>', 'signs for itself (private_key_jwt) by these public keys')
    .option('--fapi', 'keeps to the FAPI 2.0 Security Profile (with --keys)')
    .option('--no-fapi', 'does not');

/** `client create|list|edit|rotate-secret|suspend|resume|remove`. */
export function addClient(program: Command): void {
  const client = program.command('client').description('applications that sign people in');
  settings(
    addresses(
      client
        .command('create')
        .description('register an application')
        .requiredOption('--name <name>', 'its name, as people read it'),
    ),
  )
    .option('--public', 'no secret: an application that runs in the browser or on the device')
    .addOption(grants().default([...DEFAULT_GRANTS]))
    .option('--org <id>', 'its organization', DEFAULT_ORGANIZATION)
    .action(answering(create));
  client
    .command('list')
    .description('all applications')
    .option('--org <id>', 'only those of this organization')
    .action(answering(list));
  settings(
    addresses(
      client
        .command('edit')
        .description('change what is given, all of it in place of what was')
        .argument('<id>')
        .option('--name <name>', 'its name, as people read it'),
    ),
  )
    .addOption(grants())
    .action(answering(edit));
  client
    .command('rotate-secret')
    .description('give it a new secret; the old one ends at once')
    .argument('<id>')
    .action(answering(rotateSecret));
  client
    .command('suspend')
    .description('nobody signs in to it, and no token of it counts, until it is resumed')
    .argument('<id>')
    .action(answering(suspend));
  client.command('resume').description('end its suspension').argument('<id>').action(answering(resume));
  client.command('remove').description('for good').argument('<id>').action(answering(remove));
}
