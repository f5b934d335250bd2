import type { Account, Ports, Repositories } from '../ports.ts';
import { mayAct, type Owner } from './act.ts';
import { NEVER, owesRestoreCode } from './owed-restore-code.ts';
import { unlessOffered } from './restore-code-offered.ts';

/** `later`: asked again after as many sign-ins. `never`: not asked any more; the console still offers it. */
export type NotNow = 'later' | 'never';

/** `proposed`: it may be put off (SPEC S1). `owed`: the organization gives one to each new user (SPEC S12). */
export type Due = 'proposed' | 'owed';

/**
 * Whether a restore code is shown to somebody who has just signed in, and where they could make it at once: the n-th time without one, or
 * where it belongs to the enrolment.
 */
export function restoreCodeDue(
  ports: Pick<Ports, 'closed' | 'now'>,
  at: Pick<Owner, 'account' | 'session'>,
): Due | undefined {
  const { account } = at;
  if (unlessOffered(account) || account.restoreCode) return undefined;
  const due = owesRestoreCode(account) ? 'owed' : 'proposed';
  const { promptAtSignIn } = account.policy.restoreCode;
  if (due === 'proposed' && (promptAtSignIn === 0 || account.signInsAsked < promptAtSignIn)) return undefined;
  return mayAct(ports, at, 'view-code', { stage: 'show' }).verdict === 'allow' ? due : undefined;
}

/** One more sign-in without a restore code. Belongs into the transaction of the sign-in, which holds the account. */
export async function countSignIn(tx: Repositories, account: Account): Promise<void> {
  if (unlessOffered(account) || account.restoreCode || account.signInsAsked === NEVER) return;
  if (owesRestoreCode(account)) return;
  // One that was owed under another policy counts from the beginning.
  await tx.accounts.update(account.id, { signInsAsked: Math.max(account.signInsAsked, 0) + 1 });
}

/** The person does not want one now. One that is owed is not put off. */
export async function putOffRestoreCode(
  ports: Ports,
  { account }: Pick<Owner, 'account'>,
  answer: NotNow,
): Promise<void> {
  if (owesRestoreCode(account)) return;
  await ports.store.accounts.update(account.id, { signInsAsked: answer === 'never' ? NEVER : 0 });
}
