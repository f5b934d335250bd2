import { type Command, Option } from 'commander';
import { ACR, type Acr } from '../domain/assurance.ts';
import type { EmergencyCodeIssueRefusal } from '../flows/administration/emergency-code-terms.ts';
import { type Answer, answering, isoTime } from './answer.ts';
import { Complaint } from './complaint.ts';
import { parseDuration, parseTimes } from './duration.ts';
import { parseSince } from './since.ts';
import { noUser } from './user-acts.ts';

interface CreateOptions {
  readonly uses?: number;
  readonly validFor?: number;
  readonly from?: number;
  readonly application?: string[];
  readonly acr?: Acr;
  readonly reason: string;
}

/** `emergency-code create|revoke`. */
export function addEmergencyCode(program: Command): void {
  const emergencyCode = program
    .command('emergency-code')
    .description('the codes that sign in somebody who has lost every second factor, beside the password');
  emergencyCode
    .command('create')
    .description('a new emergency code; it takes the place of the one before, and its owner is told')
    .argument('<username>')
    .addOption(new Option('--uses <n>', 'how often it signs in (default: as the policy says)').argParser(parseTimes))
    .addOption(
      new Option('--valid-for <time>', 'how long: 30m, 24h, 7d (default: as the policy says)').argParser(parseDuration),
    )
    .addOption(
      new Option('--from <time>', 'from when: 2026-11-22T08:00:00Z (default: now)').argParser((text) =>
        parseSince(text),
      ),
    )
    .option('--application <client_id...>', 'only for these applications, and the account console')
    .addOption(
      new Option('--acr <class>', 'the class that a sign-in with it may reach at most').choices(
        ACR.filter((acr) => acr !== 'phr'),
      ),
    )
    .requiredOption('--reason <text>', 'why, and how it was checked who asks: for the audit log')
    .action(answering(create));
  emergencyCode
    .command('revoke')
    .description('take the emergency code back; what was signed in with it ends at once, tokens included')
    .argument('<username>')
    .action(answering(revoke));
}

async function create(identifier: string, options: CreateOptions): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { issueEmergencyCode } = await import('../flows/administration/issue-emergency-code.ts');
  return administering(async (ports, database) => {
    const { uses, validFor: lifetime, from, application: clients, acr, reason } = options;
    for (const id of clients ?? [])
      if (!(await database.clients.find(id))) throw new Complaint(`there is no application "${id}"`);
    const done = await issueEmergencyCode(ports, identifier, {
      reason,
      ...(uses !== undefined && { uses }),
      ...(lifetime !== undefined && { lifetime }),
      ...(from !== undefined && { from }),
      ...(clients && { clients }),
      ...(acr && { acr }),
    });
    if (done.outcome === 'refused') throw complaintOf(identifier, done.reason);
    const until = isoTime(done.expiresAt);
    return {
      json: { code: done.code, uses: done.uses, expires_at: until },
      text: [
        `${done.code}   (shown this once)`,
        `signs in ${done.uses} time${done.uses === 1 ? '' : 's'}, beside the password, until ${until}`,
      ],
    };
  });
}

function complaintOf(identifier: string, reason: EmergencyCodeIssueRefusal): Complaint {
  // Everything may be done at the command line: what is said of operators is never the answer here.
  if (reason === 'unknown-user' || reason === 'not-allowed') return noUser(identifier);
  return new Complaint(
    {
      'no-reason': '--reason is empty: the audit log needs one',
      'too-many-uses': `the policy of ${identifier} does not let a code have so many uses (emergencyCode.operator.mostUses)`,
      'too-long': `the policy of ${identifier} does not let a code last so long (emergencyCode.operator.longestLifetime)`,
      'too-strong': `the policy of ${identifier} does not let a code reach that class (emergencyCode.operator.acr)`,
      over: 'with this --from and --valid-for it would be over already',
      'unknown-check': 'the policy does not know this way of checking who asks (emergencyCode.operator.checks)',
      'no-check': 'say how it was checked who asks',
      'four-eyes': `the policy of ${identifier} wants a second operator's approval (emergencyCode.operator.fourEyes)`,
      suspended: `${identifier} is suspended`,
      frozen: `${identifier} is blocked because of "It wasn't me": the owner has to unblock the account first`,
    }[reason],
  );
}

async function revoke(identifier: string): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { revokeEmergencyCode } = await import('../flows/administration/revoke-emergency-code.ts');
  return administering(async (ports) => {
    const done = await revokeEmergencyCode(ports, identifier);
    if (done.outcome === 'refused') throw noUser(identifier);
    const { sub, changed, sessionsEnded } = done;
    return {
      json: { sub, changed, sessions_ended: sessionsEnded },
      text: [
        changed
          ? `the emergency code of ${identifier} is worth nothing any more; sessions ended: ${sessionsEnded}`
          : `no emergency code of ${identifier} was out`,
      ],
    };
  });
}
