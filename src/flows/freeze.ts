import { isOfRecovery, NOTICE_KINDS, type NoticeKind } from '../domain/notice.ts';
import { announce } from './announce.ts';
import { voidEmergencyCodes } from './new-emergency-code.ts';
import type { Account, Browser, Contact, Credential, Notice, Ports, Repositories, Visitor } from './ports.ts';
import { type WaysBack, waysBack } from './way-back.ts';

/** What was contested stays sealed for so long, whatever the cooling period: the way back may need it. */
const KEPT_SEALED_MS = 90 * 86_400_000;
/** So many contested recoveries in so many days, and an operator decides (ATTACKS A36). */
const VETOES = { most: 2, withinMs: 30 * 86_400_000 };
const RECOVERY_KINDS: readonly NoticeKind[] = NOTICE_KINDS.filter(isOfRecovery);

export interface Frozen {
  readonly outcome: 'frozen';
  /** As it was when it was contested. */
  readonly account: Account;
  /** What opens nothing from now on: what the acts added, and the browsers that they came from. */
  readonly blocked: {
    readonly credentials: readonly Credential[];
    readonly contacts: readonly Contact[];
    readonly browsers: readonly Browser[];
  };
  readonly sessionsEnded: number;
  /** Empty: only an operator gives the account back. */
  readonly waysBack: WaysBack;
}

/**
 * The owner says "It wasn't me" to `acts`: what they added and the browsers they came from are blocked for good, every session, grant,
 * token, journey and link of the account ends, and nothing opens but the way back (`lift-freeze`). It takes away and gives nothing: what
 * the acts removed stays dead until the way back is walked (SPEC X3, docs/decisions/0008). Links that contest other acts stay good: an owner
 * may find more. Belongs into a transaction that holds the account, and after its caller has marked the acts as contested, once each.
 */
export async function freeze(
  ports: Pick<Ports, 'crypto' | 'now' | 'issuer' | 'closed'>,
  tx: Repositories,
  account: Account,
  acts: readonly Notice[],
  visitor: Visitor,
): Promise<Frozen> {
  const now = ports.now();
  const vetoes = await tx.notices.countContested(account.id, RECOVERY_KINDS, now - VETOES.withinMs);
  const held = vetoes > VETOES.most && acts.some(({ kind }) => isOfRecovery(kind));
  await tx.accounts.update(account.id, {
    frozenAt: account.frozenAt ?? now,
    ...(held && account.suspendedAt === null && { suspendedAt: now }),
  });
  const blocked = await block(tx, account, acts, now);
  const { sessions } = await endEverything(tx, account.id, now);

  const after = (await tx.accounts.load(account.id)) ?? account;
  const ways = waysBack(ports, after);
  // Another contest of an account that is frozen is news only where it closes the way back.
  const isNews = account.frozenAt === null || (ways.length === 0 && waysBack(ports, account).length > 0);
  const kind = ways.length === 0 ? 'account-held' : 'account-frozen';
  const notice = isNews && (await announce(ports, tx, after, { kind, visitor }));
  await tx.audit.append(
    {
      kind: 'account.frozen',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: {
        // The first of them is what its owner said it to.
        notice: acts[0]?.id ?? null,
        contested: acts[0]?.kind ?? null,
        also: acts.slice(1).map(({ id }) => id),
        operator: held,
        alone: ways.length > 0,
        sessions_ended: sessions,
        ...(notice && { told: notice }),
      },
    },
    visitor,
  );
  return { outcome: 'frozen', account, blocked, sessionsEnded: sessions, waysBack: ways };
}

/**
 * The browsers in which the acts were done. What they added needs no mark: while the account is frozen it is not among what the account holds
 * (`beforeContest`). What they removed is kept.
 */
async function block(
  tx: Repositories,
  account: Account,
  acts: readonly Notice[],
  now: number,
): Promise<Frozen['blocked']> {
  const removed = acts.flatMap((act) => act.removed);
  await tx.credentials.keepSealed(account.id, removed, now + KEPT_SEALED_MS);
  await tx.accounts.keepUsernames(account.id, removed, now + KEPT_SEALED_MS);
  const added = acts.flatMap((act) => act.added);
  // A restore code that they brought, whether it counts or waits. The one that was used for it does not come back.
  await tx.restoreCodes.remove(account.id, added);
  const hashes = acts.flatMap(({ deviceHash }) => deviceHash ?? []);
  const browsers = (await tx.devices.of(account.id)).filter(({ deviceHash }) =>
    hashes.some((hash) => hash.equals(deviceHash)),
  );
  for (const { deviceHash } of browsers) await tx.devices.block(account.id, deviceHash, now);
  const isBlocked = ({ id }: { readonly id: string }) => added.includes(id);
  return {
    credentials: account.credentials.filter(isBlocked),
    // While it is frozen those in doubt are among the former ones.
    contacts: [...account.contacts, ...account.formerContacts].filter(isBlocked),
    browsers,
  };
}

async function endEverything(tx: Repositories, accountId: string, now: number): Promise<{ sessions: number }> {
  await voidEmergencyCodes(tx, accountId, now);
  await tx.emergencyRequests.decideAll(accountId, 'stopped', now);
  const ended = await tx.sessions.endAll(accountId);
  await tx.devices.forgetOthers(accountId, null);
  await tx.journeys.endOthers(accountId, null, now);
  await tx.codes.endAll(accountId, ['recovery-link', 'recovery-code', 'sms', 'invitation', 'new-contact'], now);
  return ended;
}
