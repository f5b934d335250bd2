import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { plain } from './answer.ts';
import { addApi } from './api.ts';
import { addAudit } from './audit.ts';
import { addClient } from './client.ts';
import { Complaint } from './complaint.ts';
import { addDoctor } from './doctor.ts';
import { addEmergencyCode } from './emergency-code.ts';
import { addKeys } from './keys.ts';
import { addOrganization } from './organization.ts';
import { addPolicy } from './policy.ts';
import { addReport } from './report.ts';
import { addRestoreCode } from './restore-code.ts';
import { addRole } from './role.ts';
import { addMigrate, addServe } from './serve.ts';
import { addUser } from './user.ts';

const USAGE_ERROR = 2;

/**
 * Runs one command line (CONTRACT "Command line") and returns the exit code: 0, 1 for what could not be done, 2 for wrong
 * usage. stdout belongs to the answer, stderr to everything else.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    process.stderr.write(`regain: ${whatIsWrong(error)}\n`);
    return error instanceof Complaint ? error.exitCode : 1;
  }
}

function createProgram(): Command {
  const program = new Command('regain')
    .description('An OpenID Connect provider whose users get back into their accounts by themselves.')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help says more)')
    .addHelpText(
      'after',
      '\nThe configuration comes from environment variables, the same as for the server: see the README.',
    );
  addServe(program);
  addMigrate(program);
  addOrganization(program);
  addClient(program);
  addApi(program);
  addUser(program);
  addPolicy(program);
  addReport(program);
  addRestoreCode(program);
  addEmergencyCode(program);
  addRole(program);
  addKeys(program);
  addAudit(program);
  addDoctor(program);
  return program;
}

/** Expected refusals are one line. Anything else is a fault: its message, and the stack where the log level asks for it. */
function whatIsWrong(error: unknown): string {
  if (!(error instanceof Error)) return plain(String(error));
  const expected = error instanceof Complaint || error instanceof ConfigError || error.name === 'EmbeddedPostgresError';
  if (expected) return error.message.split('\n').map(plain).join('\n');
  const detail = ['debug', 'trace'].includes(process.env.LOG_LEVEL ?? '') ? `\n${error.stack ?? ''}` : '';
  return `something went wrong: ${plain(error.message || error.name)} (LOG_LEVEL=debug says where)${detail}`;
}
