import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { isSecondFactor } from '../replace-credentials.ts';
import { endEverything } from './end-sessions.ts';
import { NO_VISITOR } from './no-visitor.ts';
import { onAccount } from './on-account.ts';
import { record, type Why } from './record.ts';

export interface NewFactorRequired {
  readonly outcome: 'required';
  readonly sub: string;
  readonly removed: number;
  readonly sessions: number;
}

/**
 * Takes every second factor off an account, so that its owner has to register a new one. That opens no shorter way: the account stays bound to a
 * second factor, and the new one comes by the recovery that the policy has for a lost one (SPEC "Rules"). Contestable: the owner can
 * have them back by "It wasn't me" while they are kept sealed.
 */
export function requireNewFactor(
  ports: AdministrationPorts,
  named: string,
  why: Why = {},
): Promise<NewFactorRequired | Refused<'unknown-user' | 'not-allowed' | 'frozen' | 'none'>> {
  return onAccount(
    ports,
    named,
    're-register',
    async (tx, account): Promise<NewFactorRequired | Refused<'frozen' | 'none'>> => {
      // What it holds is then not what it shows: the way back is being walked with these.
      if (account.frozenAt !== null) return refused('frozen');
      const held = account.credentials.filter(isSecondFactor);
      if (held.length === 0) return refused('none');
      const ids = held.map(({ id }) => id);
      await tx.credentials.remove(account.id, ids, ports.now() + account.policy.lifetimes.cooling * 1000);
      await tx.accounts.update(account.id, { boundToSecondFactor: true });
      const { sessions } = await endEverything(ports, tx, account.id);
      // What was switched off or blocked before comes back by no contest.
      const removed = held.filter(({ state }) => state === 'active').map(({ id }) => id);
      const notice = await announce(ports, tx, account, {
        kind: 're-registration-required',
        visitor: NO_VISITOR,
        removed,
      });
      await record(ports, tx, {
        kind: 'account.re-registration-required',
        accountId: account.id,
        organizationId: account.organizationId,
        details: { lost: held.map(({ kind }) => kind), sessions_ended: sessions, notice, ...why },
      });
      return { outcome: 'required', sub: account.id, removed: ids.length, sessions };
    },
  );
}
