import { DELAYS } from '../domain/back-off.ts';
import { usernameKey } from '../domain/email-address.ts';
import { parseRestoreCode, type RestoreCodeFault } from '../domain/restore-code.ts';
import { type RecoveryRequest, type RecoverySent, writeFirst } from './begin-recovery.ts';
import { budgetOf } from './budget.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, Ports, Visitor } from './ports.ts';
import { planMail, tooManyFrom } from './recovery-mail.ts';
import { mayRestore } from './standing.ts';

/** What a journey that begins with a restore code knows of the person: the mailbox is not proven. */
const BEGINNING = { kind: 'recovery', proofs: [] } as const;

/**
 * "I have my restore code": name and code, then a recovery that waits for the e-mailed code (SPEC S3). The answer is the same for every name
 * and every code (ATTACKS A7, A11): a wrong one, one of an account that is suspended, frozen or must not be restored, and a name that nobody
 * has begin a decoy that does the same work. The e-mail goes out for a right one only, to the mailbox alone. Tries are counted under the
 * name, which is what a guesser is told of, and under the account, before anything is compared; a right code does not reset them, or it
 * would show: the e-mailed code does (`restoreKeys`). A slip of the pen costs none. 135 bits are not guessed: no number of
 * failures disables a code, which would only take it from its owner (A26).
 */
export async function beginRestore(
  ports: Ports,
  visitor: Visitor,
  asked: RecoveryRequest & { readonly code: string },
  browserHash: Buffer,
): Promise<RecoverySent | Refused<'slow-down' | RestoreCodeFault>> {
  const typed = parseRestoreCode(asked.code);
  if ('fault' in typed) return refused(typed.fault);
  const crowded = await tooManyFrom(ports, visitor, asked.identifier);
  if (crowded) return crowded;
  return ports.evenly(async () => {
    const account = await ports.store.accounts.findByIdentifier(asked.identifier);
    const [byName, byAccount] = await restoreKeys(ports, visitor, account?.id, asked.identifier);
    const told = await ports.store.attempts.count([byName], DELAYS, ports.now());
    if (!told.allowed) return refused('slow-down', { until: told.until });
    const untold = await ports.store.attempts.count([byAccount], DELAYS, ports.now());

    const right = isRight(ports, account, typed.code) && untold.allowed;
    const mail = await planMail(ports, visitor, right ? account : undefined, asked.identifier);
    await ports.store.audit.append(
      {
        kind: right ? 'recovery.proof-given' : 'recovery.proof-failed',
        ...(account && { accountId: account.id, organizationId: account.organizationId }),
        actor: 'user',
        details: { method: 'restore-code' },
      },
      visitor,
    );
    const by = right ? account?.restoreCode?.id : undefined;
    return writeFirst(ports, visitor, asked, browserHash, {
      account,
      mail,
      state: { restoring: true },
      ...(by !== undefined && { proof: { kind: 'restore-code', at: ports.now(), by } }),
    });
  });
}

/** Under which names the tries of a restore code are counted that is typed before the mailbox is proven. */
export async function restoreKeys(
  ports: Ports,
  visitor: Visitor,
  accountId: string | undefined,
  identifier: string,
): Promise<readonly [byName: string, byAccount: string]> {
  const budget = await budgetOf(ports.store, accountId ?? ports.crypto.uuid(), BEGINNING, visitor);
  const name = usernameKey(identifier);
  return [`restore-code:name:${name}:${budget}`, `restore-code:${accountId ?? `nobody:${name}`}:${budget}`];
}

/** Compares in any case, also where there is nothing to compare with. */
function isRight(ports: Ports, account: Account | undefined, code: string): boolean {
  const held = account?.restoreCode;
  const same = isHeldCode(ports, held?.hash, code);
  const open = account && account.suspendedAt === null && account.frozenAt === null && mayRestore(account, ports.now());
  return same && open === true;
}

/** In constant time, by SHA-256; without a code it takes as long and is wrong. */
export function isHeldCode({ crypto }: Pick<Ports, 'crypto'>, hash: Buffer | undefined, code: string): boolean {
  const same = crypto.equal(hash ?? crypto.hashToken(crypto.token()), crypto.hashToken(code));
  return same && hash !== undefined;
}
