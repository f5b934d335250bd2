import { daysUpTo } from '../../domain/figures.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { reportLockOut } from './report-lock-out.ts';

/** So many organizations at a time, so that a minute's work stays short. */
const BATCH = 5;

/**
 * Keeps today's lock-out report of each organization that has none yet, as numbers; how many these were. Run every minute: it costs one report a
 * day and organization. On several nodes at once without harm.
 */
export async function countLockOut(ports: Pick<AdministrationPorts, 'store' | 'closed' | 'now'>): Promise<number> {
  const [today = 0] = daysUpTo(ports.now(), 1);
  const organizations = await ports.store.lockOutDays.uncounted(today, BATCH);
  let fault: unknown;
  for (const id of organizations) {
    try {
      const done = await reportLockOut(ports, id);
      const byDistance = done.outcome === 'reported' && done.byDistance;
      if (byDistance) await ports.store.lockOutDays.keep(id, { day: today, byDistance });
    } catch (error) {
      // One that fails holds up no other.
      fault = error;
    }
  }
  if (fault !== undefined) throw fault;
  return organizations.length;
}
