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

/** `user resume`. */
export async function resume(identifier: string): Promise<Answer> {
  const { administering } = await import('./open.ts');
  const { resumeAccount } = await import('../flows/administration/resume-account.ts');
  return administering(async (ports) => {
    const done = await resumeAccount(ports, identifier);
    if (done.outcome === 'refused') throw noUser(identifier);
    const { sub, changed } = done;
    return {
      json: { sub, changed },
      text: [changed ? `${identifier} may sign in again` : `${identifier} was not suspended`],
    };
  });
}
