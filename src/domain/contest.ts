import type { CredentialKind, CredentialState } from './credential.ts';
import { isContestable, isSwitchingOff, type NoticeEffects, type NoticeKind } from './notice.ts';

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
  /** Of a removed one: what it was when it was removed; it worked, where nothing is said. */
  readonly removedFrom?: CredentialState;
}
interface Reached extends Thing {
  /** A phone that was switched off. */
  readonly offAt?: number | null;
}
/** Given up: it proves nothing, and hears of what happens until `vetoUntil`. */
type Former<Contact> = Contact & { readonly vetoUntil: number };

/** What an account holds, removed credentials included, and what was done to it; `bound`: to a second factor. */
export interface Holdings<Credential extends Secret, Contact extends Reached> {
  readonly credentials: readonly Credential[];
  readonly contacts: readonly Contact[];
  readonly formerContacts: readonly Former<Contact>[];
  readonly bound: boolean;
}

/**
 * A frozen account as the way back takes it: what it held before the contested acts (`asBefore`), with what is in doubt (`inDoubt`) proving
 * nothing: second factors are off, contacts are given up; a password in doubt may be typed, and proves no more than a contested one.
 * `acts`: every act that is not settled and that was contested, added something or took it away.
 *
 * What contested acts switched off or blocked works as before them. Where they were done with an authenticator too, that is one against the
 * other: it works beside a password that none of the acts used, and is itself no proof that somebody else walks.
 */
export function beforeContest<Credential extends Secret, Contact extends Reached>(
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
  const isUnsure = ({ id }: Thing) => doubtful.has(id);
  const isContact = (id: string) => [...contacts, ...formerContacts].some((one) => one.id === id);
  // Of what is gone for good nothing is known: on an account that never had a second factor it was none.
  const kindOf = (id: string) => credentials.find((one) => one.id === id)?.kind ?? (bound ? 'totp' : 'password');
  const isAuthenticator = (id: string) => !isContact(id) && kindOf(id) !== 'password';
  const isByAuthenticator = ({ used }: NoticeEffects) =>
    used.some((id) => !addedBy(contested).has(id) && isAuthenticator(id));

  const switchedOff = whatWorkedBefore(contested, others);
  const added = without(addedBy(contested), switchedOff);
  const removed = addedUp(contested.filter(({ kind }) => !isSwitchingOff(kind)).map((act) => act.removed));
  const isBack = ({ id }: Thing) => removed.has(id) && !added.has(id);
  const isHeld = ({ state, id }: Credential) => state !== 'removed' && !added.has(id);
  const held = credentials.filter(isHeld);
  const sealed = credentials.filter((one) => one.state === 'removed' && isBack(one) && one.lostAt === null);
  // Between two authenticators the password decides: one from before, that none of the acts used.
  const touched = addedUp([...contested.map((act) => act.used), [...doubtful]]);
  const isPasswordUntouched = [...held, ...sealed].some(({ id, kind }) => kind === 'password' && !touched.has(id));
  const disputed = addedUp(
    contested.filter((act) => isSwitchingOff(act.kind) && isByAuthenticator(act)).map((act) => act.removed),
  );
  const works = isPasswordUntouched ? switchedOff : without(switchedOff, disputed);

  const isFactorUnsure = (one: Credential) => isUnsure(one) && one.kind !== 'password';
  const proving = held.map((one): Credential => {
    const before = works.has(one.id) && isSwitchable(one) ? { ...one, state: 'active' as const } : one;
    return isFactorUnsure(one) && before.state === 'active' ? { ...one, state: 'off' as const } : before;
  });
  const revived = sealed
    .filter((one) => !isFactorUnsure(one) && ((one.removedFrom ?? 'active') === 'active' || works.has(one.id)))
    .map((one): Credential => ({ ...one, state: 'active' as const }));
  const reached = contacts
    .filter(({ id }) => !added.has(id))
    .map((one): Contact => (works.has(one.id) ? { ...one, offAt: null } : one));
  const back = formerContacts.filter((one) => isBack(one) && !isUnsure(one));
  return {
    credentials: [...proving, ...revived],
    contacts: [...reached.filter((one) => !isUnsure(one)), ...back],
    formerContacts: [
      ...formerContacts.filter((one) => !back.includes(one)),
      ...reached.filter(isUnsure).map((one) => ({ ...one, vetoUntil: Number.MAX_SAFE_INTEGER })),
    ],
    contested: contested.map((act) => ({
      kind: act.kind,
      used: [...act.used, ...doubtful, ...[...disputed].filter((id) => works.has(id))],
      added: act.added,
      removed: act.removed,
      byAuthenticator: isByAuthenticator(act),
    })),
  };
}

/**
 * What contested acts switched off or blocked and worked before the first of them. What somebody else's act, which nobody contests, has taken
 * away since stays so.
 */
function whatWorkedBefore(contested: readonly Act[], others: readonly Act[]): ReadonlySet<string> {
  const off = contested.filter(({ kind }) => isSwitchingOff(kind));
  const on = contested.filter(({ kind }) => kind === 'device-switched-on');
  const all = addedUp(off.map((act) => act.removed));
  return new Set(
    [...all].filter((id) => {
      const first = Math.min(...off.filter((act) => act.removed.includes(id)).map(({ at }) => at));
      const wasOff = on.some((act) => act.added.includes(id) && act.at < first);
      return !wasOff && !others.some((act) => act.at >= first && isSwitchingOff(act.kind) && act.removed.includes(id));
    }),
  );
}

const isSwitchable = ({ state, lostAt }: Secret): boolean =>
  lostAt === null && (state === 'off' || state === 'blocked');

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
  return addedUp(acts.map(({ added }) => added));
}

const addedUp = (lists: readonly (readonly string[])[]): ReadonlySet<string> => new Set(lists.flat());

const without = (all: ReadonlySet<string>, some: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...all].filter((id) => !some.has(id)));
