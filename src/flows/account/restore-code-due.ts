import type { Account, Ports, Repositories } from '../ports.ts';
import { mayAct, type Owner } from './act.ts';
import { unlessOffered } from './propose-restore-code.ts';

/** `later`: asked again after as many sign-ins. `never`: not asked any more; the console still offers it. */
export type NotNow = 'later' | 'never';

const NEVER = -1;

/** Whether a restore code is proposed to somebody who has just signed in: the n-th time without one, and where they could make it at once (SPEC S1). */
export function isRestoreCodeDue(
  ports: Pick<Ports, 'closed' | 'now'>,
  at: Pick<Owner, 'account' | 'session'>,
): boolean {
  const { account } = at;
  const { promptAtSignIn } = account.policy.restoreCode;
  if (unlessOffered(account) || account.restoreCode || promptAtSignIn === 0) return false;
  return (
    account.signInsAsked >= promptAtSignIn && mayAct(ports, at, 'view-code', { stage: 'show' }).verdict === 'allow'
  );
}

/** One more sign-in without a restore code. Belongs into the transaction of the sign-in, which holds the account. */
export async function countSignIn(tx: Repositories, account: Account): Promise<void> {
  if (unlessOffered(account) || account.restoreCode || account.signInsAsked === NEVER) return;
  await tx.accounts.update(account.id, { signInsAsked: account.signInsAsked + 1 });
}

/** The person does not want one now. */
export async function putOffRestoreCode(
  ports: Ports,
  { account }: Pick<Owner, 'account'>,
  answer: NotNow,
): Promise<void> {
  await ports.store.accounts.update(account.id, { signInsAsked: answer === 'never' ? NEVER : 0 });
}
