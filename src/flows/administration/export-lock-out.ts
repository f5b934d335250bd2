import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';
import { type LockOutReported, reportLockOut } from './report-lock-out.ts';

/** The lock-out report to take away: that it was exported, and of which organization, is written down before (ASVS 16.2.1). */
export async function exportLockOut(
  ports: AdministrationPorts,
  organizationId: string,
): Promise<LockOutReported | Refused<'no-organization' | 'not-allowed'>> {
  if (!(await ports.store.policies.inForce(organizationId))) return refused('no-organization');
  const written = await inOrganization(ports, organizationId, 'see-report', async (tx) => {
    await record(ports, tx, { kind: 'lock-out.exported', organizationId, details: { format: 'csv' } });
    return { outcome: 'written' } as const;
  });
  return written.outcome === 'refused' ? written : reportLockOut(ports, organizationId);
}
