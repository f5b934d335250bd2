import { endOpen } from '../account/let-go.ts';
import { announce } from '../announce.ts';
import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Repositories } from '../ports.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

export interface SessionsEnded {
  readonly outcome: 'ended';
  readonly sub: string;
  readonly sessions: number;
}

/** Signs somebody out everywhere: sessions, grants, tokens and whatever is half done end with the commit (ASVS 7.4.5). The owner is told. */
export function endSessions(
  ports: AdministrationPorts,
  named: string,
  why: Why = {},
): Promise<SessionsEnded | Refused<'unknown-user' | 'not-allowed'>> {
  return onAccount(ports, named, 'end-sessions', async (tx, account) => {
    const { sessions } = await endEverything(ports, tx, account.id);
    const notice = await announce(ports, tx, account, { kind: 'sessions-ended', visitor: NO_VISITOR });
    await record(ports, tx, {
      kind: 'sessions.ended',
      accountId: account.id,
      organizationId: account.organizationId,
      details: { sessions_ended: sessions, notice, ...why },
    });
    return { outcome: 'ended', sub: account.id, sessions };
  });
}

/** Every session of an account, and every journey, link and code that is under way. */
export async function endEverything(
  ports: Pick<AdministrationPorts, 'now'>,
  tx: Repositories,
  accountId: string,
): Promise<{ readonly sessions: number }> {
  const ended = await tx.sessions.endAll(accountId);
  await endOpen(tx, accountId, ports.now());
  return ended;
}
