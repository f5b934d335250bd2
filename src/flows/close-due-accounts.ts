import { coolsUntil } from '../domain/act.ts';
import type { Message } from '../domain/message.ts';
import { whoHears } from './announce.ts';
import type { Account, Ports, Repositories } from './ports.ts';

/** At once; the rest a minute later. */
const BATCH = 100;
const LAST_WORD_LASTS_MS = 7 * 86_400_000;

/**
 * Erases the accounts whose time to be closed has come; how many these were. Each in a transaction of its own that looks again under the
 * lock, so several nodes at once do no harm, and one that fails holds up no other: the first fault is thrown when all were tried.
 */
export async function closeDueAccounts(ports: Pick<Ports, 'store' | 'now'>): Promise<number> {
  const faults: unknown[] = [];
  let closed = 0;
  for (const id of await ports.store.accounts.toClose(ports.now(), BATCH)) {
    try {
      if (await ports.store.transaction((tx) => close(tx, id, ports.now()))) closed += 1;
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return closed;
}

/**
 * Ends every session (applications are told), says so in the log and to everybody, then erases the account and all that hangs on it; only its
 * lines in the audit log stay. One that is suspended or frozen is left alone, since a thief may have asked; one that was recovered lately
 * is closed when the cooling period is over, like everything that waits for that (SPEC X3).
 */
async function close(tx: Repositories, id: string, now: number): Promise<boolean> {
  const account = await tx.accounts.loadForUpdate(id);
  if (!account || account.closesAt === null || account.closesAt > now) return false;
  if (account.suspendedAt !== null || account.frozenAt !== null) return false;
  const closesAt = coolsUntil(account.policy, account.recoveredAt, now);
  if (closesAt !== undefined) {
    await tx.accounts.update(id, { closesAt });
    return false;
  }
  const { sessions } = await tx.sessions.endAll(id);
  for (const message of lastWords(account, now)) await tx.outbox.send(message);
  await tx.audit.append({
    kind: 'account.closed',
    accountId: id,
    organizationId: account.organizationId,
    actor: 'system',
    details: { sessions_ended: sessions },
  });
  await tx.accounts.erase(id);
  return true;
}

/** "Your account was closed", to everybody who hears of it; there is nothing to contest any more. */
function lastWords(account: Account, now: number): Message[] {
  const envelope = {
    locale: account.locale,
    accountId: account.id,
    organizationId: account.organizationId,
    expiresAt: now + LAST_WORD_LASTS_MS,
    outlivesAccount: true,
  } as const;
  const circumstances = { at: now, ip: '', userAgent: '' };
  const content = { template: 'notice', notice: 'account-closed', circumstances } as const;
  return whoHears(account, now).map(({ kind, value }) =>
    kind === 'email'
      ? { ...envelope, to: value, channel: 'email', content }
      : { ...envelope, to: value, channel: 'sms', content },
  );
}
