import type { Ports } from './ports.ts';

const BATCH = 100;

/** Closes the requests for an emergency code that nobody decided in time; how many these were. On several nodes at once without harm. */
export function closeAgedRequests(ports: Pick<Ports, 'store' | 'now'>): Promise<number> {
  return ports.store.transaction(async (tx) => {
    const aged = await tx.emergencyRequests.age(ports.now(), BATCH);
    for (const { id, accountId, organizationId } of aged) {
      if (accountId === null) continue;
      await tx.audit.append({
        kind: 'emergency-request.aged',
        accountId,
        organizationId,
        actor: 'system',
        details: { request: id },
      });
    }
    return aged.length;
  });
}
