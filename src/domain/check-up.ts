import { ADDITIONS, type Addition } from './addition.ts';
import type { HeldCredential } from './credential.ts';
import { type Belongings, type Outlook, outlook, type PasskeyFacts, type Thing, thingsOf } from './losses.ts';
import type { Policy } from './policy.ts';

export { ADDITIONS, type Addition } from './addition.ts';

/** A thing, and what becomes of its owner once it is gone. */
export interface Loss {
  readonly thing: Thing;
  readonly outlook: Outlook;
}

/** One line of "If you lose …". `add`: the first addition by which it would come out better; null when it need not, or nothing helps. */
export interface LossLine extends Loss {
  readonly add: Addition | null;
}

/**
 * The one next step. `helps`: the losses that come out better by it (`together`: only once this was added as well); `open`: those that
 * leave the owner without a way back now. No step and nothing open: all is well. No step, and something open: nothing that can be added helps.
 */
export interface CheckUp {
  readonly step: Addition | null;
  readonly together: Addition | null;
  readonly helps: readonly Loss[];
  readonly open: readonly Loss[];
}

/** What becomes of the owner for each thing that they may lose, one at a time. */
export function ifYouLose(policy: Policy, belongings: Belongings): readonly LossLine[] {
  return outlooks(policy, belongings).map((line) => {
    const isBad = badness(line.outlook) > 0;
    const mends = (one: Addition) => judged(policy, belongings, [line], [one]).helps.length > 0;
    return { ...line, add: (isBad && ADDITIONS.filter(canAdd(belongings)).find(mends)) || null };
  });
}

/** Whether some loss comes out better once this is added. */
export function wouldHelp(policy: Policy, belongings: Belongings, add: Addition): boolean {
  if (!canAdd(belongings)(add)) return false;
  const open = outlooks(policy, belongings).filter((line) => badness(line.outlook) > 0);
  return judged(policy, belongings, open, [add]).helps.length > 0;
}

/**
 * The step that helps most: it turns the most losses with no way back into losses with one, then the most that hang on getting the
 * number back; where one step alone turns none, the first of the two that do together. Never one that makes any line worse, not
 * even when the second is never done.
 */
export function checkUp(policy: Policy, belongings: Belongings): CheckUp {
  const now = outlooks(policy, belongings);
  const open = now.filter((line) => badness(line.outlook) > 0);
  const harmless = (added: readonly Addition[]) => !harms(policy, belongings, now, added);
  for (const choices of [ADDITIONS.map((one) => [one]), PAIRS]) {
    const useful = choices
      .filter((added) => added.every(canAdd(belongings)))
      .map((added) => judged(policy, belongings, open, added))
      .filter(({ helps }) => helps.length > 0);
    const ranked = useful.toSorted((a, b) => a.left[0] - b.left[0] || a.left[1] - b.left[1]);
    for (const { added, helps } of ranked) {
      const [step, together = null] = [added, added.toReversed()].find((order) => harmless(order.slice(0, 1))) ?? [];
      if (step && (!together || harmless(added))) return { step, together, helps, open };
    }
  }
  return { step: null, together: null, helps: [], open };
}

/** There is one restore code at most, and none where they are not offered. */
const canAdd =
  ({ standing, restoreCodes }: Belongings) =>
  (added: Addition): boolean =>
    added !== 'restore-code' || (restoreCodes && standing.restoreCode === null);

const PAIRS = ADDITIONS.flatMap((first, at) => ADDITIONS.slice(at + 1).map((second) => [first, second]));

function outlooks(policy: Policy, belongings: Belongings): readonly Loss[] {
  return thingsOf(belongings).map((thing) => ({ thing, outlook: outlook(policy, belongings, [thing]) }));
}

/** 2: no way back; 1: only once the number works again; 0: alone, be it after waiting. */
function badness({ back }: Outlook): 0 | 1 | 2 {
  if (back === 'not-alone') return 2;
  return back === 'once-number-is-back' ? 1 : 0;
}

interface Judged {
  readonly added: readonly Addition[];
  readonly helps: readonly Loss[];
  /** How many of the open lines are left without a way back, and how many hang on the number. */
  readonly left: readonly [number, number];
}

/** What the additions make of the lines that are open. */
function judged(policy: Policy, belongings: Belongings, open: readonly Loss[], added: readonly Addition[]): Judged {
  const later = withAdded(belongings, added);
  const things = thingsOf(later);
  const after = open.map((line) => {
    const thing = things.find((one) => isSame(one, line.thing)) ?? line.thing;
    return { line, left: badness(outlook(policy, later, [thing])) };
  });
  return {
    added,
    helps: after.filter(({ line, left }) => left < badness(line.outlook)).map(({ line }) => line),
    left: [after.filter(({ left }) => left === 2).length, after.filter(({ left }) => left === 1).length],
  };
}

/** Whether a line comes out worse by it, or what is added is itself a loss worse than losing nothing is now: a first second factor may be. */
function harms(policy: Policy, belongings: Belongings, now: readonly Loss[], added: readonly Addition[]): boolean {
  const whole = badness(outlook(policy, belongings, []));
  return outlooks(policy, withAdded(belongings, added)).some((line) => {
    const before = now.find(({ thing }) => isSame(thing, line.thing));
    // All devices at once are no new thing: what was added before them was the only one.
    const allowed = before ? badness(before.outlook) : line.thing.kind === 'all-devices' ? 2 : whole;
    return badness(line.outlook) > allowed;
  });
}

function isSame(a: Thing, b: Thing): boolean {
  return a.kind === b.kind && a.id === b.id;
}

/** The same owner later on, with this in their hands as well, verified and settled. A password is added only where there is none. */
export function withAdded(belongings: Belongings, added: readonly Addition[]): Belongings {
  return added.reduce(withOne, belongings);
}

function withOne(belongings: Belongings, added: Addition): Belongings {
  const { standing } = belongings;
  const id = `added-${added}`;
  if (added === 'restore-code') {
    if (!canAdd(belongings)(added)) return belongings;
    return { ...belongings, standing: { ...standing, restoreCode: { id, byEmail: false, unsettledUntil: null } } };
  }
  if (added === 'email' || added === 'phone') {
    const contacts = [...standing.contacts, { id, kind: added, verified: true, countsFrom: 0 }];
    return { ...belongings, standing: { ...standing, contacts } };
  }
  if (added === 'password' && standing.credentials.some(({ kind, state }) => kind === 'password' && state === 'active'))
    return belongings;
  const credential: HeldCredential = { id, kind: added, state: 'active', unsettledUntil: null };
  return {
    ...belongings,
    standing: { ...standing, credentials: [...standing.credentials, credential] },
    passkeys: added === 'passkey' ? [...belongings.passkeys, elsewhere(id)] : belongings.passkeys,
  };
}

/** On a device of its own, and not known to verify who uses it: the least that a passkey "on another device" can be. */
function elsewhere(id: string): PasskeyFacts {
  return { id, synced: false, transports: ['usb'], registeredOn: 'unknown' };
}
