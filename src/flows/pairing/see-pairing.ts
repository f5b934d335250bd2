import { isPairingOffered, type PairingStage, stageOf } from '../../domain/pairing.ts';
import type { Owner } from '../account/act.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, LiveSession, Pairing, Ports, Repositories } from '../ports.ts';

/** A pairing with what it hangs on, as it is now. */
export interface SeenPairing {
  readonly pairing: Pairing;
  readonly account: Account;
  /** The session in which the QR code was shown; undefined: it has ended. */
  readonly session: LiveSession | undefined;
  readonly at: PairingStage;
}

/** What "on the other device" and "on the phone" find: by the session, by the phone's cookie, or by the key in the address. */
export type PairingBy =
  | { readonly owner: Pick<Owner, 'account' | 'session'> }
  | { readonly browserHash: Buffer }
  | { readonly key: string };

/** Where a pairing is, without a lock; undefined when there is none. Reads only. */
export async function seePairing(ports: Ports, by: PairingBy): Promise<SeenPairing | undefined> {
  const pairing = await findPairing(ports, ports.store, by);
  const account = pairing && (await ports.store.accounts.load(pairing.accountId));
  return pairing && account && seen(ports, ports.store, pairing, account);
}

/**
 * Takes a step of a pairing in one transaction, with the account locked: so whatever ends it, here or by another change of the account,
 * comes either before it or after it.
 */
export async function inPairing<Done>(
  ports: Ports,
  by: PairingBy,
  work: (tx: Repositories, seen: SeenPairing, now: number) => Promise<Done>,
): Promise<Done | Refused<'over'>> {
  const found = await findPairing(ports, ports.store, by);
  if (!found) return refused('over');
  return ports.store.transaction(async (tx) => {
    const account = await tx.accounts.loadForUpdate(found.accountId);
    const pairing = account && (await findPairing(ports, tx, by));
    if (!account || !pairing) return refused('over');
    return work(tx, await seen(ports, tx, pairing, account), ports.now());
  });
}

/** The pairing that was begun last in this session, as it is under the lock on the account that `inAct` holds. */
export async function seeOwn(
  ports: Pick<Ports, 'crypto' | 'now'>,
  tx: Repositories,
  { session }: Pick<Owner, 'session'>,
  account: Account,
): Promise<SeenPairing | undefined> {
  const pairing = await findPairing(ports, tx, { owner: { account, session } });
  return pairing && seen(ports, tx, pairing, account);
}

/** Refused where the organization does not offer it. */
export function unlessOffered({ policy }: Pick<Account, 'policy'>): Refused<'not-offered'> | undefined {
  return isPairingOffered(policy) ? undefined : refused('not-offered');
}

function findPairing(
  { crypto }: Pick<Ports, 'crypto'>,
  { pairings }: Pick<Repositories, 'pairings'>,
  by: PairingBy,
): Promise<Pairing | undefined> {
  if ('key' in by) return pairings.byKey(crypto.hashToken(by.key));
  if ('browserHash' in by) return pairings.byBrowser(by.browserHash);
  return pairings.bySession(by.owner.account.id, crypto.hashToken(by.owner.session.uid));
}

async function seen(
  ports: Pick<Ports, 'now'>,
  from: Pick<Repositories, 'sessions'>,
  pairing: Pairing,
  account: Account,
): Promise<SeenPairing> {
  const session = (await from.sessions.live(account.id)).find(({ uidHash }) => uidHash.equals(pairing.sessionHash));
  const around = {
    policy: account.policy,
    suspended: account.suspendedAt !== null,
    frozen: account.frozenAt !== null,
    recoveredAt: account.recoveredAt,
    sessionLives: session !== undefined,
  };
  return { pairing, account, session, at: stageOf(pairing, around, ports.now()) };
}
