import { parseRestoreCode, type RestoreCodeFault } from '../../domain/restore-code.ts';
import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Ports, Repositories } from '../ports.ts';
import { type Acting, inAct, type NotAllowed, type Owner } from './act.ts';
import { endOpen } from './let-go.ts';
import { notAllowedNow, oneMoreChange } from './may-change.ts';
import { settleOwed } from './owed-restore-code.ts';
import { isCurrent, openShown, type ShownCode } from './propose-restore-code.ts';
import { type CodeClosed, unlessOffered } from './restore-code-offered.ts';

export interface CodeActivated {
  readonly outcome: 'activated';
  /** It took the place of another one, which is nothing any more. */
  readonly replaced: boolean;
}

/** `expired`: the page was open for too long, or another code came or went meanwhile. `another-code`: a good one, but not the one shown. */
export type ConfirmRefusal = CodeClosed | RestoreCodeFault | 'another-code' | 'expired' | 'too-much-changed';

/**
 * The restore code that `shown` (of the form) holds was typed or scanned back as `typed`: from now on it counts, in place of the one
 * before. It is a way in, so it takes a full, fresh sign-in and waits for the end of a cooling period (ATTACKS A4; SPEC X3). A form that is
 * sent twice activates one; of two pages that were open, the first one wins.
 */
export async function confirmRestoreCode(
  ports: Ports,
  owner: Owner,
  { shown, typed }: { readonly shown: string; readonly typed: string },
): Promise<CodeActivated | Refused<ConfirmRefusal> | NotAllowed> {
  const no = unlessOffered(owner.account) ?? notAllowedNow(ports, owner, 'view-code');
  if (no) return no;
  const pending = openShown(ports, owner, shown);
  if (pending?.use !== 'new') return refused('expired');
  const read = parseRestoreCode(typed);
  if ('fault' in read) return refused(read.fault);
  const { crypto } = ports;
  if (!crypto.equal(crypto.hashToken(read.code), crypto.hashToken(pending.code))) return refused('another-code');
  const wait = await oneMoreChange(ports, owner);
  if (wait) return wait;
  return inAct(ports, owner, 'view-code', (tx, acting) => activate(ports, tx, owner, acting, pending));
}

async function activate(
  ports: Ports,
  tx: Repositories,
  { visitor }: Owner,
  { account, used, now }: Acting,
  shown: ShownCode,
): Promise<CodeActivated | Refused<ConfirmRefusal>> {
  const closed = unlessOffered(account);
  if (closed) return closed;
  const before = account.restoreCode;
  // The form was sent twice.
  if (before?.id === shown.id) return { outcome: 'activated', replaced: shown.instead !== null };
  if (!isCurrent(shown, account)) return refused('expired');

  const { id, code } = shown;
  const sealed = account.policy.restoreCode.shownAgain ? ports.crypto.seal(code, `restore-code:${id}`) : null;
  await tx.restoreCodes.propose(account.id, {
    id,
    hash: ports.crypto.hashToken(code),
    sealed,
    issuedBy: 'owner',
    createdAt: now,
    unsettledUntil: null,
    journeyId: null,
  });
  if (!(await tx.restoreCodes.confirm(account.id, id, now)))
    throw new Error('a restore code that was just proposed is gone');
  await settleOwed(tx, account);
  await endOpen(tx, account.id, now);
  const removed = before ? [before.id] : [];
  const kind = before ? 'replaced' : 'activated';
  const notice = await announce(ports, tx, account, {
    kind: `restore-code-${kind}`,
    visitor,
    used,
    added: [id],
    removed,
  });
  await tx.audit.append(
    {
      kind: `restore-code.${kind}`,
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { restore_code: id, copy: sealed !== null, notice },
    },
    visitor,
  );
  return { outcome: 'activated', replaced: before !== null };
}
