import type { Ports } from './ports.ts';

export interface EndedSession {
  readonly uid: string;
  readonly accountId: string;
}

/**
 * `another-account`: somebody else signs in, in the same browser. `overtaken`: the account's sessions were ended while this one was
 * being opened or raised (a recovery, a contest, a suspension).
 */
export type EndReason = 'another-account' | 'overtaken';

/**
 * Ends one session with its grants, tokens and open interactions, for good: no request that is under way writes it again.
 * Applications that asked to be told are told by jobs that leave with the commit (DESIGN rule 9; ASVS 7.4.1).
 */
export async function endSession(
  ports: Pick<Ports, 'store'>,
  { uid, accountId }: EndedSession,
  reason: EndReason,
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(accountId);
    await tx.sessions.end(uid, accountId);
    await tx.audit.append({
      kind: 'sessions.ended',
      accountId,
      ...(account && { organizationId: account.organizationId }),
      actor: 'system',
      details: { reason },
    });
  });
}
