import type { OnContested } from '../flows/administration/resume-account.ts';
import type { Answer } from './answer.ts';
import { isoTime } from './answer.ts';
import { Complaint } from './complaint.ts';

export function noUser(identifier: string): Complaint {
  return new Complaint(`there is no user "${identifier}"`);
}

/** `user totp` → `{"secret","uri"}`. */
export async function totp(identifier: string): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { enrolTotpByCli } = await import('../flows/administration/enrol-totp-by-cli.ts');
  return administering(async (ports) => {
    const done = await enrolTotpByCli(ports, identifier);
    if (done.outcome === 'refused') throw noUser(identifier);
    const { secret, uri } = done;
    return { json: { secret, uri }, text: [`secret  ${secret}   (shown this once)`, `uri     ${uri}`] };
  });
}

/** `user suspend`. */
export async function suspend(identifier: string): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { suspendAccount } = await import('../flows/administration/suspend-account.ts');
  return administering(async (ports) => {
    const done = await suspendAccount(ports, identifier);
    if (done.outcome === 'refused') throw noUser(identifier);
    const { sub, suspendedAt, sessionsEnded } = done;
    return {
      json: { sub, suspended_at: isoTime(suspendedAt), sessions_ended: sessionsEnded },
      text: [`${identifier} is suspended; sessions ended: ${sessionsEnded}`],
    };
  });
}

/** `user resume`: an operator's word also on what was contested. */
export async function resume(identifier: string, options: { readonly contested?: OnContested }): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { resumeAccount } = await import('../flows/administration/resume-account.ts');
  return administering(async (ports) => {
    const done = await resumeAccount(ports, identifier, options.contested);
    if (done.outcome === 'refused') throw complaintOf(identifier, done.reason);
    const { sub, changed, contested } = done;
    const resumed = changed ? `${identifier} may sign in again` : `${identifier} was not suspended`;
    return {
      json: { sub, changed, ...(contested && { contested }) },
      text: [resumed, ...(contested ? [AFTER[contested]] : [])],
    };
  });
}

const AFTER: Readonly<Record<OnContested, string>> = {
  undo: 'what was contested is undone, and the password from before works again: ask them to change it',
  keep: 'what was contested stays as it is',
};

function complaintOf(
  identifier: string,
  reason: 'unknown-user' | 'not-allowed' | 'contest-open' | 'no-contest',
): Complaint {
  switch (reason) {
    case 'unknown-user':
    case 'not-allowed':
      return noUser(identifier);
    case 'contest-open':
      return new Complaint(
        `${identifier} is blocked by "It wasn't me": add --contested undo (what was contested is taken back) or ` +
          '--contested keep (it was the owner after all); "user show" says what it was',
        2,
      );
    case 'no-contest':
      return new Complaint(`${identifier} is not blocked by "It wasn't me": leave --contested out`, 2);
  }
}
