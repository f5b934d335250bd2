import { coolsUntil } from '../../domain/act.ts';
import { parseDeviceName } from '../../domain/device-name.ts';
import { isBound } from '../../domain/way.ts';
import { announce } from '../announce.ts';
import type { Verified } from '../new-factor.ts';
import { type Refused, refused } from '../outcome.ts';
import type { Account, NewCredential, Ports, Repositories, Visitor } from '../ports.ts';
import { isSecondFactor } from '../replace-credentials.ts';
import { standingOf } from '../standing.ts';
import { type Acting, inAct, type NotAllowed, type Owner, repairsUntil } from './act.ts';
import { endOpen } from './let-go.ts';
import { notAllowedNow, oneMoreChange } from './may-change.ts';

/** Nobody has more; each is compared at a sign-in, and stands in a list. */
export const MOST_FACTORS = 20;

export interface FactorAdded {
  readonly outcome: 'added';
  /** What it is called now; empty: by what it is. */
  readonly label: string;
  /** It is the account's first one: the other sessions stood on the password alone, and have ended. */
  readonly first: boolean;
}

/** `expired`: the page was open for too long. `not-offered`: the policy does not count this kind. `passkey-failed`: also one that is known. */
export type AddRefusal = BesideRefusal | 'name-too-long' | 'too-much-changed';
export type BesideRefusal = 'expired' | 'not-offered' | 'too-many' | 'passkey-failed';

export interface FactorName {
  /** As it was typed. */
  readonly typed: string;
  /** What it is called in messages when it has no name, in the account's language. */
  readonly unnamed: string;
}

/**
 * Adds a second factor beside those that the account has, once `verify` has shown that it works. That gives a way in, so it needs a full,
 * fresh sign-in (ATTACKS A4); it raises no session (DESIGN rule 7). A first one binds the account, and ends every other session:
 * they stood on the password alone (A19).
 */
export async function addFactor<Reason>(
  ports: Ports,
  owner: Owner,
  name: FactorName,
  verify: () => Verified | Refused<Reason> | Promise<Verified | Refused<Reason>>,
): Promise<FactorAdded | Refused<Reason | AddRefusal> | NotAllowed> {
  const not = notAllowedNow(ports, owner, 'add-factor');
  if (not) return not;
  const label = parseDeviceName(name.typed);
  if (label === undefined) return refused('name-too-long');
  const verified = await verify();
  if (verified.outcome === 'refused') return verified;
  const wait = await oneMoreChange(ports, owner);
  if (wait) return wait;
  // What an emergency code brings in is no proof in a recovery before it has settled (SPEC T10, ATTACKS A35).
  const rests = repairsUntil(ports.now(), owner) !== undefined;
  const unsettledUntil = rests ? ports.now() + owner.account.policy.lifetimes.settling * 1000 : null;
  const factor = { ...verified.factor, label, addedFrom: owner.visitor, unsettledUntil };
  return inAct(ports, owner, 'add-factor', (tx, acting) =>
    addBeside(ports, tx, factor, {
      acting,
      visitor: owner.visitor,
      about: label || name.unnamed,
      endOthers: () => tx.sessions.endOthers(acting.account.id, owner.session.uid),
    }),
  );
}

interface Beside {
  readonly acting: Acting;
  /** The device that it is added on. */
  readonly visitor: Visitor;
  /** What it is called in messages. */
  readonly about: string;
  /** For the audit line, beside what always stands there. */
  readonly details?: Readonly<Record<string, string>>;
  /** Ends all sessions but the one by whose word it is added. */
  readonly endOthers: () => Promise<{ readonly sessions: number }>;
}

/** The change itself, in the caller's transaction, which holds the account and has decided that it may be. */
export async function addBeside(
  ports: Ports,
  tx: Repositories,
  factor: NewCredential,
  { acting: { account, used, now }, visitor, about, details, endOthers }: Beside,
): Promise<FactorAdded | Refused<BesideRefusal>> {
  const held = account.credentials.filter(isSecondFactor);
  // The form was sent twice.
  if (held.some(({ id }) => id === factor.id)) return { outcome: 'added', label: factor.label, first: false };
  if (!counts(account, factor)) return refused('not-offered');
  if (held.length >= MOST_FACTORS) return refused('too-many');
  // Else this form has added one that is removed by now, or the passkey is known: this account's, removed lately, or another one's.
  const unsettledUntil = settlesAt(account, now) ?? factor.unsettledUntil;
  if (!(await tx.credentials.addOnce(account.id, { ...factor, unsettledUntil })))
    return refused(factor.kind === 'passkey' ? 'passkey-failed' : 'expired');

  const first = !isBound(account.policy, standingOf(account, ports));
  const { sessions } = first ? await endOthers() : { sessions: 0 };
  await endOpen(tx, account.id, now);
  await tx.accounts.update(account.id, { boundToSecondFactor: true });
  const kind = first ? 'second-factor-enrolled' : 'second-factor-added';
  const notice = await announce(ports, tx, account, { kind, visitor, about, used, added: [factor.id] });
  await tx.audit.append(
    {
      kind: 'second-factor.enrolled',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: {
        factor: factor.kind,
        credential: factor.id,
        name: factor.label || null,
        sessions_ended: sessions,
        notice,
        ...details,
      },
    },
    visitor,
  );
  return { outcome: 'added', label: factor.label, first };
}

/**
 * While a recovery cools down, whoever recovered may have added it: like what the recovery set it signs in, and is no proof in another recovery
 * until it was used in a full sign-in or is old enough (SPEC T10, ATTACKS A35). At other times the sign-in that the act needs stood on what the account had.
 */
function settlesAt({ policy, recoveredAt }: Account, now: number): number | null {
  return coolsUntil(policy, recoveredAt, now) === undefined ? null : now + policy.lifetimes.settling * 1000;
}

function counts({ policy }: Account, { kind }: NewCredential): boolean {
  return policy.secondFactor.kinds.some((counted) => counted === kind);
}
