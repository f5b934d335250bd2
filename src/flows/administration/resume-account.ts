import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { Account, Repositories } from '../ports.ts';
import { closeContest, undoContested } from '../undo-contested.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

/**
 * What becomes of an open contest, on an operator's word. `undo`: as the way back would, and the password from before works again. `keep`: it
 * was the owner after all; what was contested stays, and the browsers that the contest blocked are let in again.
 */
export type OnContested = 'undo' | 'keep';

export interface Resumed {
  readonly outcome: 'resumed';
  readonly sub: string;
  /** False: it was neither suspended nor frozen. */
  readonly changed: boolean;
  /** What became of the contest; null: there was none. */
  readonly contested: OnContested | null;
}

/**
 * Lets a suspended or frozen account sign in again. What was ended by the suspension stays ended; its second factors stay as well. If it was to
 * be closed, its owner has the whole time to keep it again. Where "It wasn't me" holds, an operator who has made sure who the owner is says
 * what becomes of it: refused with `contest-open` when nothing is said, with `no-contest` when there is none. Audited; the owner is told.
 */
export function resumeAccount(
  ports: AdministrationPorts,
  identifier: string,
  onContested?: OnContested,
  why: Why = {},
): Promise<Resumed | Refused<'unknown-user' | 'not-allowed' | 'contest-open' | 'no-contest'>> {
  return onAccount(
    ports,
    identifier,
    'resume',
    async (tx, account): Promise<Resumed | Refused<'contest-open' | 'no-contest'>> => {
      const { id: sub, frozenAt, suspendedAt } = account;
      if (frozenAt === null && onContested) return refused('no-contest');
      if (frozenAt !== null && !onContested) return refused('contest-open');
      const about = { accountId: sub, organizationId: account.organizationId };
      if (frozenAt !== null && onContested) {
        await settle(ports, tx, account, frozenAt, onContested);
        const after = (await tx.accounts.load(sub)) ?? account;
        const notice = await announce(ports, tx, after, { kind: 'account-reopened', visitor: NO_VISITOR });
        const details = { contested: onContested, notice, ...why };
        await record(ports, tx, { ...about, kind: 'account.unfrozen', details });
      }
      if (suspendedAt !== null) {
        const closesAt = account.closesAt === null ? null : ports.now() + account.policy.lifetimes.closing * 1000;
        await tx.accounts.update(sub, { suspendedAt: null, ...(frozenAt === null && { closesAt }) });
        if (frozenAt === null) await announce(ports, tx, account, { kind: 'account-resumed', visitor: NO_VISITOR });
        await record(ports, tx, { ...about, kind: 'account.resumed', details: { ...why } });
      }
      const changed = frozenAt !== null || suspendedAt !== null;
      return { outcome: 'resumed', sub, changed, contested: onContested ?? null };
    },
  );
}

async function settle(
  ports: AdministrationPorts,
  tx: Repositories,
  account: Account,
  frozenAt: number,
  how: OnContested,
): Promise<void> {
  if (how === 'undo') {
    await undoContested(tx, account, ports.now(), { passwords: true });
    return;
  }
  await tx.devices.unblock(account.id, null, frozenAt);
  await closeContest(tx, account.id, ports.now());
}
