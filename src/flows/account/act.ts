import { type Act, type ActObject, type ActVerdict, decideAct, type FRESH_SECONDS } from '../../domain/act.ts';
import type { Acr } from '../../domain/assurance.ts';
import { type Repair, repairOf } from '../../domain/emergency-code.ts';
import type { Proof } from '../../domain/proof.ts';
import type { Account, Ports, Repositories, Visitor } from '../ports.ts';
import { standingOf } from '../standing.ts';
import { hasJustEnrolled, owesRestoreCode } from './owed-restore-code.ts';

/** The owner at the account console: whose session it is, and from where. */
export interface Owner {
  readonly account: Account;
  readonly session: {
    readonly uid: string;
    readonly acr: Acr;
    readonly at: number;
    /** The window that an emergency code opened in it, over or not, for pages; flows look at the session's proofs again. */
    readonly repair?: Repair | null;
  };
  readonly visitor: Visitor;
}

/** Why an act is not done now; nothing was changed. `session-over`: it was ended meanwhile, from here or elsewhere. */
export interface NotAllowed {
  readonly outcome: 'not-allowed';
  readonly verdict: Exclude<ActVerdict, { verdict: 'allow' }> | { readonly verdict: 'session-over' };
}

/** What an act in the console works with: the account as it is under the lock, and the things that the session's proofs used. */
export interface Acting {
  readonly account: Account;
  readonly used: readonly string[];
  readonly now: number;
}

/** Until when the repair window of this session is open (milliseconds); undefined: it is over, or there was none. */
export function repairsUntil(now: number, { session }: Pick<Owner, 'session'>): number | undefined {
  return session.repair && now < session.repair.until ? session.repair.until : undefined;
}

/** Whether the owner may do `act` now, as far as can be said without a lock: for pages that show its form. */
export function mayAct(
  ports: Pick<Ports, 'closed' | 'now'>,
  { account, session }: Pick<Owner, 'account' | 'session'>,
  act: Act,
  options: { readonly about?: ActObject; readonly stage?: keyof typeof FRESH_SECONDS } = {},
): ActVerdict {
  const standing = { ...standingOf(account, ports), recoveredAt: account.recoveredAt };
  const justEnrolled = owesRestoreCode(account) && hasJustEnrolled(account, session);
  const about = { ...options.about, justEnrolled };
  return decideAct(account.policy, standing, session, act, ports.now(), { ...options, about });
}

/**
 * Does `work` in one transaction, once it is decided again under a lock on the account that this session may: it must still be there
 * (a block or a recovery may have ended it since its page was shown; ATTACKS A4, A20), fresh enough, and nothing may be cooling down.
 * `about` looks at the locked account.
 */
export async function inAct<Done>(
  ports: Pick<Ports, 'store' | 'closed' | 'crypto' | 'now'>,
  owner: Owner,
  act: Act,
  work: (tx: Repositories, acting: Acting) => Promise<Done>,
  about: (account: Account) => ActObject = () => ({}),
): Promise<Done | NotAllowed> {
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(owner.account.id);
    const proofs = await tx.sessions.proofsOf(owner.session.uid, owner.account.id);
    const lives = await isAlive(ports, tx, owner, proofs);
    if (!account || account.suspendedAt !== null || account.frozenAt !== null || !lives)
      return { outcome: 'not-allowed', verdict: { verdict: 'session-over' } };
    const session = { ...owner.session, repair: repairOf(proofs) };
    const verdict = mayAct(ports, { account, session }, act, { about: about(account) });
    if (verdict.verdict !== 'allow') return { outcome: 'not-allowed', verdict };
    return work(tx, { account, used: proofs.map(({ by }) => by), now: ports.now() });
  });
}

/** Whether the owner's session is there still. A recovery without the password leaves one that stands on no proof at all, and lives. */
export async function isAlive(
  ports: Pick<Ports, 'crypto'>,
  tx: Pick<Repositories, 'sessions'>,
  { account, session }: Pick<Owner, 'account' | 'session'>,
  known?: readonly Proof[],
): Promise<boolean> {
  const proofs = known ?? (await tx.sessions.proofsOf(session.uid, account.id));
  if (proofs.length > 0) return true;
  const own = ports.crypto.hashToken(session.uid);
  return (await tx.sessions.live(account.id)).some(({ uidHash }) => uidHash.equals(own));
}
