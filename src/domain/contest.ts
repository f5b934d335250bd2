import type { CredentialKind, CredentialState } from './credential.ts';
import { isContestable, type NoticeEffects, type NoticeKind } from './notice.ts';

/** So long "It wasn't me" can be said to an act by its message; what the act removed is kept at least as long. */
export const CONTESTABLE_FOR_MS = 7 * 86_400_000;

/** An act that the owner contested, as long as the contest is open. */
export interface Contested extends NoticeEffects {
  readonly kind: NoticeKind;
  /** It was done with an app or a passkey of the account's own: the way back asks for one as well (docs/decisions/0008). */
  readonly byAuthenticator: boolean;
}

/** An act as a contest looks at it. `at` in milliseconds. */
export interface Act extends NoticeEffects {
  readonly kind: NoticeKind;
  readonly at: number;
}

interface Thing {
  readonly id: string;
}
interface Secret extends Thing {
  readonly kind: CredentialKind;
  readonly state: CredentialState;
  readonly lostAt: number | null;
}
/** Given up: it proves nothing, and hears of what happens until `vetoUntil`. */
type Former<Contact> = Contact & { readonly vetoUntil: number };

/** What an account holds, removed credentials included, and what was done to it; `bound`: to a second factor. */
export interface Holdings<Credential extends Secret, Contact extends Thing> {
  readonly credentials: readonly Credential[];
  readonly contacts: readonly Contact[];
  readonly formerContacts: readonly Former<Contact>[];
  readonly bound: boolean;
}

/**
 * A frozen account as the way back takes it: what it held before the contested acts (`asBefore`), with what is in doubt (`inDoubt`) proving
 * nothing: second factors are off, contacts are given up; a password in doubt may be typed, and proves no more than a contested one.
 * `acts`: every act that is not settled and that was contested or added something.
 */
export function beforeContest<Credential extends Secret, Contact extends Thing>(
  { credentials, contacts, formerContacts, bound }: Holdings<Credential, Contact>,
  acts: readonly (Act & { readonly contested: boolean })[],
): {
  readonly credentials: readonly Credential[];
  readonly contacts: readonly Contact[];
  readonly formerContacts: readonly Former<Contact>[];
  readonly contested: readonly Contested[];
} {
  const contested = acts.filter((act) => act.contested);
  const others = acts.filter((act) => !act.contested);
  const doubtful = inDoubt(contested, others);
  const isRemoved = ({ state }: Credential) => state === 'removed';
  const secrets = asBefore(
    credentials.filter((one) => !isRemoved(one)),
    credentials.filter(isRemoved),
    contested,
  );
  const reached = asBefore(contacts, formerContacts, contested);
  const isUnsure = ({ id }: Thing) => doubtful.has(id);
  const isFactorUnsure = (one: Credential) => isUnsure(one) && one.kind !== 'password';
  const proving = secrets.kept.map((one) =>
    isFactorUnsure(one) && one.state === 'active' ? { ...one, state: 'off' as const } : one,
  );
  const revived = secrets.revived.filter((one) => !isFactorUnsure(one));
  const back = reached.revived.filter((one) => !isUnsure(one));
  const isAuthenticator = (id: string) => !isContact(id) && kindOf(id) !== 'password';
  const isContact = (id: string) => [...contacts, ...formerContacts].some((one) => one.id === id);
  // Of what is gone for good nothing is known: on an account that never had a second factor it was none.
  const kindOf = (id: string) => credentials.find((one) => one.id === id)?.kind ?? (bound ? 'totp' : 'password');
  return {
    credentials: [...proving, ...revived.map((one) => ({ ...one, state: 'active' as const }))],
    contacts: [...reached.kept.filter((one) => !isUnsure(one)), ...back],
    formerContacts: [
      ...formerContacts.filter((one) => !back.includes(one)),
      ...reached.kept.filter(isUnsure).map((one) => ({ ...one, vetoUntil: Number.MAX_SAFE_INTEGER })),
    ],
    contested: contested.map(({ kind, used, added, removed }) => ({
      kind,
      used: [...used, ...doubtful],
      added,
      removed,
      byAuthenticator: used.some((id) => !addedBy(contested).has(id) && isAuthenticator(id)),
    })),
  };
}

/**
 * What was held before the contested acts: without what they added, with what they removed — save what its owner had reported lost
 * (ATTACKS A36).
 */
function asBefore<Now extends Thing, Sealed extends Thing & { readonly lostAt?: number | null }>(
  held: readonly Now[],
  sealed: readonly Sealed[],
  contested: readonly NoticeEffects[],
): { readonly kept: readonly Now[]; readonly revived: readonly Sealed[] } {
  const added = addedBy(contested);
  const removed = new Set(contested.flatMap((act) => act.removed));
  return {
    kept: held.filter(({ id }) => !added.has(id)),
    // What one contested act brought and the next one removed comes back by neither.
    revived: sealed.filter(({ id, lostAt }) => removed.has(id) && !added.has(id) && (lostAt ?? null) === null),
  };
}

/**
 * What was added in the week before the first contested act, or since, by `others`: acts that nobody contested. It may be the same hand's, whose
 * message the owner has not seen: so it opens nothing on the way back. The first second factor of an account is its owner's, and what an
 * administrator added was used by nobody else.
 */
function inDoubt(contested: readonly Act[], others: readonly Act[]): ReadonlySet<string> {
  const from = Math.min(...contested.map(({ at }) => at)) - CONTESTABLE_FOR_MS;
  const doubtful = others.filter(
    ({ kind, at, used }) => at > from && isContestable(kind) && kind !== 'second-factor-enrolled' && used.length > 0,
  );
  return addedBy(doubtful);
}

/**
 * `contested` with those of `others` that were done by something which these, or others among them, had added: nobody else holds it. And with
 * what only tells of the same act: it added the same.
 */
export function withWhatFollowed<One extends NoticeEffects>(
  contested: readonly One[],
  others: readonly One[],
): readonly One[] {
  const added = addedBy(contested);
  const followed = others.filter(
    (act) => !contested.includes(act) && [...act.used, ...act.added].some((id) => added.has(id)),
  );
  return followed.length === 0 ? contested : withWhatFollowed([...contested, ...followed], others);
}

function addedBy(acts: readonly NoticeEffects[]): ReadonlySet<string> {
  return new Set(acts.flatMap(({ added }) => added));
}
