import type { Journey } from '../domain/journey.ts';
import { parseRestoreCode, type RestoreCodeFault } from '../domain/restore-code.ts';
import { settleOwed } from './account/owed-restore-code.ts';
import { isHeldCode } from './begin-restore.ts';
import { type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';

/** So long after the recovery or invitation the new code may be typed back in the browser where it was shown. */
const CONFIRM_FOR_MS = 3_600_000;

/**
 * The new restore code that a finished recovery or invitation has shown is typed back: from now on it counts (NIST REC-15), after a recovery
 * save in another one until it has settled (SPEC T10, ATTACKS A35). `journey`: of this browser, and the one that has shown it. Nobody learns a code here: it is
 * compared with the one on the page. `over`: too late, replaced meanwhile, or typed back already.
 */
export async function confirmNewRestoreCode(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<{ readonly outcome: 'confirmed' } | Refused<RestoreCodeFault | 'another-code' | 'over'>> {
  const { accountId, completedAt } = journey;
  const now = ports.now();
  if (!accountId || completedAt === null || now - completedAt > CONFIRM_FOR_MS) return refused('over');
  const parsed = parseRestoreCode(typed);
  if ('fault' in parsed) return refused(parsed.fault);
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(accountId);
    const waiting = await tx.restoreCodes.waiting(accountId);
    if (!account || account.suspendedAt !== null || account.frozenAt !== null) return refused('over');
    if (!waiting || waiting.journeyId !== journey.id) return refused('over');
    if (!isHeldCode(ports, waiting.hash, parsed.code)) return refused('another-code');
    if (!(await tx.restoreCodes.confirm(accountId, waiting.id, now))) return refused('over');
    await settleOwed(tx, account);
    await tx.audit.append(
      {
        kind: 'restore-code.activated',
        accountId,
        organizationId: account.organizationId,
        actor: 'user',
        details: { restore_code: waiting.id, copy: waiting.sealed !== null, journey: journey.id },
      },
      visitor,
    );
    return { outcome: 'confirmed' };
  });
}
