import { DELAYS } from '../domain/back-off.ts';
import { isMailboxProven, type Journey } from '../domain/journey.ts';
import { parseRestoreCode, type RestoreCodeFault } from '../domain/restore-code.ts';
import { isHeldCode } from './begin-restore.ts';
import { budgetOf } from './budget.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Account, Ports, Visitor } from './ports.ts';
import { verdictByRestoreCode } from './standing.ts';
import { takeStep } from './take-step.ts';

/**
 * The restore code on a recovery whose mailbox is proven: wherever the policy has a way with one, also where another was shown first. From
 * then on the ways with it come first. Counted before it is compared, per account; a slip of the pen costs no try. Refuses with `not-asked` when
 * it is no turn of this.
 */
export async function proveRestoreCode(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<Advanced | Refused<'not-asked' | 'slow-down' | 'wrong-code' | RestoreCodeFault>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account || !asksForRestoreCode(ports, account, journey)) return refused('not-asked');
  const parsed = parseRestoreCode(typed);
  if ('fault' in parsed) return refused(parsed.fault);
  const key = `restore-code:${account.id}:${await budgetOf(ports.store, account.id, journey, visitor)}`;
  const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
  if (!counted.allowed) return refused('slow-down', { until: counted.until });
  const right = isHeldCode(ports, account.restoreCode?.hash, parsed.code);
  await ports.store.audit.append(
    {
      kind: right ? 'recovery.proof-given' : 'recovery.proof-failed',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { method: 'restore-code', journey: journey.id },
    },
    visitor,
  );
  if (!right || !account.restoreCode) return refused('wrong-code');
  await ports.store.attempts.reset([key]);
  const proof = { kind: 'restore-code', at: ports.now(), by: account.restoreCode.id } as const;
  return takeStep(ports, visitor, journey, account, {
    proofs: [...journey.proofs, proof],
    state: { ...journey.state, restoring: true },
  });
}

/** Whether a restore code is what some way asks for next. */
export function asksForRestoreCode(ports: Pick<Ports, 'closed' | 'now'>, account: Account, journey: Journey): boolean {
  if (!isMailboxProven(journey)) return false;
  const verdict = verdictByRestoreCode(ports, account, journey);
  return verdict?.verdict === 'ask' && verdict.options.includes('restore-code');
}
