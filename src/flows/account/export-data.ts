import { announce } from '../announce.ts';
import type { Refused } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { type AccountExport, exportOf } from './account-export.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { readActivity } from './export-activity.ts';
import { mayChange } from './may-change.ts';

const MOST_NOTICES = 10_000;

export interface DataExported {
  readonly outcome: 'exported';
  readonly data: AccountExport;
}

/**
 * Everything that is kept about the owner, as one object for JSON; no secrets and nothing that a secret could be guessed from. Told to
 * everybody, since whoever has it knows a great deal (GDPR, articles 15 and 20).
 */
export async function exportData(
  ports: Ports,
  owner: Owner,
): Promise<DataExported | NotAllowed | Refused<'too-much-changed'>> {
  const not = await mayChange(ports, owner, 'export-data');
  if (not) return not;
  const { visitor } = owner;
  const kept = await inAct(ports, owner, 'export-data', async (tx, { account, used, now }) => {
    const notice = await announce(ports, tx, account, { kind: 'data-exported', visitor, used });
    await tx.audit.append(
      {
        kind: 'account.exported',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { what: 'everything', notice },
      },
      visitor,
    );
    const formerUsernames = await tx.accounts.formerUsernames(account.id);
    const browsers = await tx.devices.of(account.id);
    const sessions = await tx.sessions.live(account.id);
    const applications = await tx.applications.of(account.id);
    const notices = await tx.notices.toldSince(account.id, 0, MOST_NOTICES);
    return { outcome: 'allowed', account, now, formerUsernames, browsers, sessions, applications, notices } as const;
  });
  if (kept.outcome !== 'allowed') return kept;
  // After the commit, so that the lock is not held while many lines are read; this export is among them.
  const activity = await readActivity(ports, owner.account.id, {});
  return { outcome: 'exported', data: exportOf({ ...kept, activity }) };
}
