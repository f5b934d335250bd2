import { type Command, Option } from 'commander';
import type { IssueRefusal, IssueWay, RestoreCodeIssued } from '../flows/administration/issue-restore-code.ts';
import { type Answer, answering } from './answer.ts';
import { Complaint } from './complaint.ts';
import { writingTo } from './new-file.ts';
import { noUser } from './user-acts.ts';

const WAYS: readonly IssueWay[] = ['letter', 'person', 'phone', 'email'];

/** `restore-code issue|forbid|allow`. */
export function addRestoreCode(program: Command): void {
  const restoreCode = program.command('restore-code').description('the codes with which people restore their accounts');
  restoreCode
    .command('issue')
    .description(
      'a new restore code for somebody who lost theirs; it takes the place of the one before, and they are told',
    )
    .argument('<username>')
    .addOption(
      new Option('--by <way>', 'how it reaches them: the policy says which ways are open')
        .choices(WAYS)
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why, and how it was checked who asks: for the audit log')
    .option(
      '--out <file>',
      'of a letter: an HTML page for printing, which must not be there yet; the code is then shown nowhere else',
    )
    .action(answering(issue));
  restoreCode
    .command('forbid')
    .description('forbid restoring to one account; a code that it has opens nothing meanwhile')
    .argument('<username>')
    .action(answering((identifier: string) => forbid(identifier, true)));
  restoreCode
    .command('allow')
    .description('take that back')
    .argument('<username>')
    .action(answering((identifier: string) => forbid(identifier, false)));
}

interface Wish {
  readonly by: IssueWay;
  readonly reason: string;
  /** Where the letter goes, as a page for printing. */
  readonly out?: string;
}

async function issue(identifier: string, { by, reason, out }: Wish): Promise<Answer> {
  if (out !== undefined && by !== 'letter') throw new Complaint('--out is for letters: --by letter', 2);
  const { administering } = await import('./open.ts');
  const { issueRestoreCode } = await import('../flows/administration/issue-restore-code.ts');
  const { restoreLetter, restoreLetterPage } = await import('./restore-letter.ts');
  return administering(async (ports) => {
    const issued = async () => {
      const done = await issueRestoreCode(ports, identifier, { by, reason });
      if (done.outcome === 'refused') throw complaintOf(identifier, by, done.reason);
      return done;
    };
    if (out !== undefined) {
      // The code is in the file and nowhere else.
      const file = await writingTo(out, async () => restoreLetterPage(await issued(), ports.issuer, ports.now()));
      return { json: { file }, text: [`the letter is in ${file}: print it, then delete it`] };
    }
    const done = await issued();
    const { code, sentTo } = done;
    if (by === 'letter') {
      const letter = restoreLetter(done, ports.issuer, ports.now());
      return { json: { code, letter }, text: letter.split('\n') };
    }
    return { json: { code, ...(sentTo !== undefined && { sent_to: sentTo }) }, text: textOf(by, done) };
  });
}

function textOf(by: IssueWay, { code, sentTo }: RestoreCodeIssued): string[] {
  if (by === 'email') return [`the restore code is on its way to ${sentTo}`];
  return [`${code}   (shown this once)`];
}

function complaintOf(identifier: string, by: IssueWay, reason: IssueRefusal): Complaint {
  if (reason === 'unknown-user' || reason === 'not-allowed') return noUser(identifier);
  return new Complaint(
    {
      'no-reason': '--reason is empty: the audit log needs one',
      'not-this-way': `the policy of ${identifier} does not let a restore code be issued by ${by} (restoreCode.issueBy)`,
      forbidden: `restoring is forbidden to ${identifier}: "restore-code allow" takes that back`,
      frozen: `${identifier} is blocked because of "It wasn't me": the owner has to unblock the account first`,
      'no-address': `${identifier} has no verified e-mail address that counts`,
    }[reason],
  );
}

async function forbid(identifier: string, forbidden: boolean): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { forbidRestoring } = await import('../flows/administration/forbid-restoring.ts');
  return administering(async (ports) => {
    const done = await forbidRestoring(ports, identifier, forbidden);
    if (done.outcome === 'refused') throw noUser(identifier);
    const { sub, changed } = done;
    const state = forbidden ? 'forbidden' : 'allowed';
    return {
      json: { sub, restoring: state, changed },
      text: [`restoring is ${state} to ${identifier}${changed ? '' : ', as before'}`],
    };
  });
}
