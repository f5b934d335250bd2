import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';

/** More names are not taken at once. */
export const MOST_NAMES = 500;

export interface PilotChanged {
  readonly outcome: 'changed';
  readonly changed: number;
  /** Names that nobody in this organization has, as they were given. */
  readonly unknown: readonly string[];
}

/**
 * Puts accounts into the organization's pilot group, by username or e-mail address, one of them a line or separated by commas (SPEC T9). Those of
 * another organization are as unknown here as those of nobody. Where self-recovery is on for the pilot group, it holds for them with the commit.
 */
export async function addToPilot(
  ports: AdministrationPorts,
  organizationId: string,
  typed: string,
): Promise<PilotChanged | Refused<'not-allowed' | 'nobody-named' | 'too-many'>> {
  const names = [...new Set(typed.split(/[\n,;]/).map((name) => name.trim()))].filter((name) => name !== '');
  if (names.length === 0) return refused('nobody-named');
  if (names.length > MOST_NAMES) return refused('too-many');
  return inOrganization(ports, organizationId, 'switch-recovery', async (tx) => {
    const unknown: string[] = [];
    const ids: string[] = [];
    for (const name of names) {
      const found = await tx.accounts.findByIdentifier(name);
      if (found?.organizationId === organizationId) ids.push(found.id);
      else unknown.push(name);
    }
    const added = await tx.pilot.add(organizationId, ids, ports.now());
    if (added.length > 0) await record(ports, tx, { kind: 'pilot-group.changed', organizationId, details: { added } });
    return { outcome: 'changed', changed: added.length, unknown };
  });
}

/** Takes an account out again. A recovery of it that is under way stops at its next step where self-recovery is on for the group alone. */
export function removeFromPilot(
  ports: AdministrationPorts,
  organizationId: string,
  accountId: string,
): Promise<PilotChanged | Refused<'not-allowed'>> {
  return inOrganization(ports, organizationId, 'switch-recovery', async (tx) => {
    const removed = await tx.pilot.remove(organizationId, [accountId]);
    if (removed.length > 0)
      await record(ports, tx, { kind: 'pilot-group.changed', organizationId, details: { removed } });
    return { outcome: 'changed', changed: removed.length, unknown: [] };
  });
}
