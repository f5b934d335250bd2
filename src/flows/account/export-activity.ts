import type { AuditKind } from '../../domain/audit-event.ts';
import type { Refused } from '../outcome.ts';
import type { ActivityEntry, Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { takeOrWait } from './may-change.ts';

/** As many lines as one file takes; the newest. */
export const MOST_LINES = 20_000;
const BATCH = 1_000;

export interface ActivityExported {
  readonly outcome: 'exported';
  /** Newest first. */
  readonly entries: readonly ActivityEntry[];
}

/**
 * The owner's activity for a file: what the page shows as well, so the session is enough. That it was taken away as a whole is written
 * down (ASVS 16.2.1); nobody is written to. A big one is work: so many in an hour, then refused with a time (ASVS 2.4.1).
 */
export async function exportActivity(
  ports: Ports,
  owner: Owner,
  kinds: readonly AuditKind[],
): Promise<ActivityExported | NotAllowed | Refused<'slow-down'>> {
  const { id, organizationId } = owner.account;
  const wait = await takeOrWait(ports, [{ budget: 'exports-per-account', key: id }]);
  if (wait) return wait;
  const allowed = await inAct(ports, owner, 'look', async (tx) => {
    await tx.audit.append(
      { kind: 'account.exported', accountId: id, organizationId, actor: 'user', details: { what: 'activity' } },
      owner.visitor,
    );
    return { outcome: 'allowed' } as const;
  });
  if (allowed.outcome !== 'allowed') return allowed;
  return { outcome: 'exported', entries: await readActivity(ports, id, { kinds }) };
}

/** Up to `most` entries, newest first, in small reads that lock nothing. */
export async function readActivity(
  ports: Pick<Ports, 'store'>,
  accountId: string,
  { kinds, most = MOST_LINES }: { readonly kinds?: readonly AuditKind[]; readonly most?: number },
): Promise<readonly ActivityEntry[]> {
  const entries: ActivityEntry[] = [];
  for (;;) {
    const before = entries.at(-1)?.seq;
    const limit = Math.min(BATCH, most - entries.length);
    const next = await ports.store.activity.of(accountId, {
      limit,
      ...(kinds && { kinds }),
      ...(before !== undefined && { before }),
    });
    entries.push(...next);
    if (next.length < limit || entries.length >= most) return entries;
  }
}
