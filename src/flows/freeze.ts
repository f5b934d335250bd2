import { isOfRecovery, NOTICE_KINDS, type NoticeKind } from '../domain/notice.ts';
import { announce } from './announce.ts';
import type { Account, Notice, Ports, Repositories, Visitor } from './ports.ts';

/** What was contested stays sealed for so long, whatever the cooling period: the way back may need it. */
const KEPT_SEALED_MS = 90 * 86_400_000;
/** So many contested recoveries in so many days, and an operator decides (ATTACKS A36). */
const VETOES = { most: 2, withinMs: 30 * 86_400_000 };
const RECOVERY_KINDS: readonly NoticeKind[] = NOTICE_KINDS.filter(isOfRecovery);

export interface Frozen {
  readonly outcome: 'frozen';
  /** True: contested once too often; only an operator gives the account back. */
  readonly operatorDecides: boolean;
  readonly sessionsEnded: number;
}

/**
 * The owner says "It wasn't me" to `notice`: what it added and the browser it came from are blocked for good, every session, grant,
 * token, journey and link of the account ends, and nothing opens but the way back (`lift-freeze`). It takes away and gives nothing: what the
 * act removed stays dead until the way back is walked (SPEC X3). Belongs into a transaction that holds the account; the caller has
 * made sure that it is the owner who says so, and that the notice was not contested before.
 */
export async function freeze(
  ports: Pick<Ports, 'crypto' | 'now' | 'issuer'>,
  tx: Repositories,
  account: Account,
  notice: Notice,
  visitor: Visitor,
): Promise<Frozen> {
  const now = ports.now();
  const keptUntil = now + KEPT_SEALED_MS;
  const vetoes = await tx.notices.countContested(account.id, RECOVERY_KINDS, now - VETOES.withinMs);
  const operatorDecides = isOfRecovery(notice.kind) && vetoes > VETOES.most;

  await tx.accounts.update(account.id, {
    frozenAt: account.frozenAt ?? now,
    ...(operatorDecides && account.suspendedAt === null && { suspendedAt: now }),
  });
  await tx.credentials.setState(account.id, notice.added, 'blocked');
  await tx.credentials.keepSealed(account.id, notice.removed, keptUntil);
  for (const former of account.formerContacts.filter(({ id }) => notice.removed.includes(id)))
    await tx.contacts.giveUp(account.id, former.id, keptUntil);
  if (notice.deviceHash) await tx.devices.block(account.id, notice.deviceHash, now);
  const { sessions } = await tx.sessions.endAll(account.id);
  await tx.devices.forgetOthers(account.id, null);
  await tx.journeys.endOthers(account.id, null, now);
  await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation', 'new-contact'], now);
  await tx.audit.append(
    {
      kind: 'account.frozen',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { notice: notice.id, contested: notice.kind, operator: operatorDecides, sessions_ended: sessions },
    },
    visitor,
  );
  await announce(ports, tx, account, { kind: 'account-frozen', visitor });
  return { outcome: 'frozen', operatorDecides, sessionsEnded: sessions };
}
