import { announce } from '../announce.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, Ports } from '../ports.ts';
import { inAct, type NotAllowed, type Owner } from './act.ts';
import { mayChange } from './may-change.ts';
import { type ShownCode, seenAgain } from './propose-restore-code.ts';
import { type CodeClosed, unlessOffered } from './restore-code-offered.ts';

export interface CodeSeen {
  readonly outcome: 'seen';
  readonly shown: ShownCode;
}

/** `no-copy`: the account has no code, or nobody sees it again (SPEC S2). */
export type SeeRefusal = CodeClosed | 'no-copy' | 'too-much-changed';

/** Whether the code that counts can be shown again at all. */
export function canBeSeen({ policy, restoreCode }: Account): boolean {
  return policy.restoreCode.shownAgain && restoreCode !== null && restoreCode.sealed !== null;
}

/**
 * The restore code that counts, from its sealed copy. After a full, fresh sign-in only (SPEC S2; ATTACKS A4), and not before the end of a cooling
 * period; each time is written to the log and told to the owner, since whoever has seen it holds it.
 */
export async function seeRestoreCode(ports: Ports, owner: Owner): Promise<CodeSeen | Refused<SeeRefusal> | NotAllowed> {
  const no = unlessSeen(owner.account) ?? (await mayChange(ports, owner, 'view-code'));
  if (no) return no;
  return inAct(ports, owner, 'view-code', async (tx, { account, used }) => {
    const closed = unlessSeen(account);
    if (closed) return closed;
    const { id, sealed } = account.restoreCode ?? {};
    if (!id || !sealed) return refused('no-copy');
    const code = ports.crypto.open(sealed, `restore-code:${id}`);
    const { visitor } = owner;
    const notice = await announce(ports, tx, account, { kind: 'restore-code-viewed', visitor, used });
    await tx.audit.append(
      {
        kind: 'restore-code.viewed',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { restore_code: id, notice },
      },
      visitor,
    );
    return { outcome: 'seen', shown: seenAgain(ports, id, code) };
  });
}

function unlessSeen(account: Account): Refused<SeeRefusal> | undefined {
  return unlessOffered(account) ?? (canBeSeen(account) ? undefined : refused('no-copy'));
}
