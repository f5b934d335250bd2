import { type Command, Option } from 'commander';
import type { Acceptance, Unsafe } from '../flows/administration/accept-findings.ts';
import type { Refused } from '../flows/outcome.ts';
import { Complaint } from './complaint.ts';

/** What `--accept` and `--reason` came to. */
export interface AcceptanceOptions {
  readonly accept: readonly string[];
  readonly reason?: string;
}

/** `--accept` takes one name each time, so that what follows it is never taken for another. */
export function withAcceptance(command: Command): Command {
  return command
    .addOption(
      new Option('--accept <finding>', 'put it in force although it has this error; once for each')
        .argParser((name: string, before: readonly string[]) => [...before, name])
        .default([], 'none'),
    )
    .option('--reason <text>', 'why what is accepted is acceptable: it is written down, and stays visible');
}

/** Complains where something is accepted without a reason. */
export function acceptanceOf({ accept, reason = '' }: AcceptanceOptions): Acceptance {
  if (accept.length > 0 && reason.trim() === '') throw new Complaint('--accept takes a --reason', 2);
  return { findings: accept, reason };
}

/** Why a policy was not put in force. */
export async function notAccepted(
  { accept }: AcceptanceOptions,
  refusal: Unsafe | Refused<string>,
): Promise<Complaint> {
  if (refusal.outcome === 'refused') {
    const names = accept.join(', ');
    return new Complaint(
      refusal.reason === 'no-reason' ? '--accept takes a --reason' : `not all of these are findings of it: ${names}`,
    );
  }
  const [{ translator }, { findingLines }] = await Promise.all([
    import('../i18n/translate.ts'),
    import('./proof-lines.ts'),
  ]);
  const t = translator('en');
  return new Complaint(
    [
      'this policy is unsafe, and was not put in force:',
      ...refusal.findings.flatMap((one) => findingLines(t, one)),
      'Mend it, or say --accept FINDING for each of these, with --reason TEXT.',
    ].join('\n'),
  );
}
