import type { AccountKind } from './account-kind.ts';
import { BIT, BITS_OF, withIssued } from './bits.ts';
import { GIVES, issuedBy, operatorsAmong, THEFTS, type Theft } from './thefts.ts';
import type { Reach, Workings } from './workings.ts';

/** What thefts come to for one kind of account. */
export interface TakeOver {
  readonly each: readonly { readonly theft: Theft; readonly reach: Reach }[];
  /** The smallest sets of thefts that take the account over: a thief needs one of them, and nothing else suffices. */
  readonly smallest: readonly { readonly thefts: readonly Theft[]; readonly reach: Reach }[];
}

/** How far a thief with each theft alone comes on an account of this kind, and what it takes to take it over. Everything on it counts. */
export function takeOverOf(workings: Workings, kind: AccountKind): TakeOver {
  return {
    each: THEFTS.map((theft) => ({ theft, reach: reachWith(workings, kind, [theft]) })),
    smallest: smallestOf(workings, kind),
  };
}

/** How far a thief comes who holds all of these. A signed-in laptop is a session already, of as long as sessions last. */
export function reachWith(workings: Workings, kind: AccountKind, thefts: readonly Theft[]): Reach {
  const stands = standsOn(kind);
  const hands = thefts.reduce((all, theft) => all | handsOf(kind, theft), 0);
  return reachBy(workings, stands, hands, thefts);
}

function reachBy(workings: Workings, stands: number, hands: number, thefts: readonly Theft[]): Reach {
  const issued = withIssued(stands, hands, issuedBy(workings.policy, operatorsAmong(thefts)));
  const reach = workings.reach(issued.stands, issued.proves);
  const isIn = thefts.includes('signed-in-laptop');
  return isIn && reach.level !== 'takes-over' ? { level: 'enters', moves: [], waited: 0 } : reach;
}

function standsOn({ holds, bound }: AccountKind): number {
  return holds.reduce((all, holding) => all | BITS_OF[holding].stands, bound ? BIT.bound : 0);
}

/** What this theft proves on such an account. Of things that there are twice it takes one, which proves as much as both. */
function handsOf({ holds }: AccountKind, theft: Theft): number {
  return holds.reduce((all, holding) => {
    const proof = GIVES[theft][holding];
    if (proof === undefined) return all;
    return all | (proof === 'passkey' ? BIT.passkey : BITS_OF[holding].proves);
  }, 0);
}

interface Loot {
  readonly theft: Theft;
  readonly hands: number;
}

/** Kinds that differ only in what no theft tells apart are worked out once. */
function smallestOf(workings: Workings, kind: AccountKind): TakeOver['smallest'] {
  const stands = standsOn(kind);
  const useful = THEFTS.map((theft): Loot => ({ theft, hands: handsOf(kind, theft) })).filter(
    ({ theft, hands }) => hands !== 0 || isOperator(theft),
  );
  const known = KNOWN.get(workings) ?? new Map<string, TakeOver['smallest']>();
  KNOWN.set(workings, known);
  const key = [stands, ...useful.map(({ theft, hands }) => `${theft} ${hands}`)].join();
  const found = known.get(key) ?? searched(workings, stands, useful);
  known.set(key, found);
  return found;
}

const KNOWN = new WeakMap<Workings, Map<string, TakeOver['smallest']>>();

/** Sets of one theft, of two, and so on, as long as they have no smaller one in them that suffices. */
function searched(workings: Workings, stands: number, useful: readonly Loot[]): TakeOver['smallest'] {
  const found: { thefts: readonly Theft[]; reach: Reach }[] = [];
  let sets: { thefts: readonly Theft[]; hands: number }[] = [{ thefts: [], hands: 0 }];
  while (sets.length > 0) {
    const larger = sets.flatMap(({ thefts, hands }) =>
      useful
        .filter((more) => isLater(thefts, more.theft) && isMore(thefts, hands, more))
        .map((more) => ({ thefts: [...thefts, more.theft], hands: hands | more.hands })),
    );
    sets = [];
    for (const { thefts, hands } of larger) {
      if (found.some((less) => less.thefts.every((theft) => includes(thefts, theft)))) continue;
      const reach = reachBy(workings, stands, hands, thefts);
      if (reach.level === 'takes-over') found.push({ thefts, reach });
      else sets.push({ thefts, hands });
    }
  }
  return found;
}

const isOperator = (theft: Theft): boolean => theft === 'one-operator' || theft === 'two-operators';

/** Two operators include one. */
const includes = (thefts: readonly Theft[], theft: Theft): boolean =>
  thefts.includes(theft) || (theft === 'one-operator' && thefts.includes('two-operators'));

const isLater = (thefts: readonly Theft[], theft: Theft): boolean =>
  thefts.every((one) => THEFTS.indexOf(one) < THEFTS.indexOf(theft));

/** What proves nothing that is not in hand already is no part of a smallest set. */
function isMore(thefts: readonly Theft[], hands: number, more: Loot): boolean {
  return isOperator(more.theft) ? !thefts.some(isOperator) : (more.hands & ~hands) !== 0;
}
