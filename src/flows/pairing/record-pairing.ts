import type { AuditKind } from '../../domain/audit-event.ts';
import type { Account, Repositories, Visitor } from '../ports.ts';

/** The line in the audit log of a step; `visitor`: the device that took it. */
export function recordPairing(
  tx: Pick<Repositories, 'audit'>,
  account: Account,
  visitor: Visitor,
  kind: Extract<AuditKind, `pairing.${string}`>,
  pairing: string,
  details: Readonly<Record<string, string>> = {},
): Promise<void> {
  return tx.audit.append(
    {
      kind,
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { pairing, ...details },
    },
    visitor,
  );
}
