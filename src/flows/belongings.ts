import type { Belongings } from '../domain/losses.ts';
import { deviceKind } from '../domain/user-agent.ts';
import type { Account, Ports } from './ports.ts';
import { standingOf } from './standing.ts';

/** What an owner has, as "If you lose …" looks at it (issue 3.4). */
export function belongingsOf(account: Account, ports: Pick<Ports, 'closed' | 'now'>): Belongings {
  const passkeys = account.credentials.filter((held) => held.kind === 'passkey');
  return {
    // An emergency code is over soon: nobody counts on it.
    standing: { ...standingOf(account, ports), emergencyCode: null },
    passkeys: passkeys.map(({ id, synced, transports, addedFrom }) => ({
      id,
      synced,
      transports,
      registeredOn: deviceKind(addedFrom?.userAgent ?? ''),
    })),
    restoreCodes: account.policy.restoreCode.offered && !account.restoreForbidden,
    now: ports.now(),
  };
}
