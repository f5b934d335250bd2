import type { HeldCredential } from './credential.ts';
import { type Belongings, type Outlook, outlook, type PasskeyFacts, type Thing, thingsOf } from './losses.ts';
import type { Policy } from './policy.ts';

/**
 * What an owner can add, in the order in which one is proposed when two help as much: a passkey on another device cannot be phished
 * and serves beside a password as well as in its place; an app needs no network; a second address costs nothing and is
 * nowhere on the phone; a number can be taken over with its SIM card, and NIST calls it restricted (SP 800-63B-4, 3.2.9);
 * a password comes last, since nobody lacks one who did not choose to.
 */
export const ADDITIONS = ['passkey', 'totp', 'email', 'phone', 'password'] as const;
export type Addition = (typeof ADDITIONS)[number];

/** One line of "If you lose …". `add`: the first addition by which it would come out better; null when it need not, or nothing helps. */
export interface LossLine {
  readonly thing: Thing;
  readonly outlook: Outlook;
  readonly add: Addition | null;
}

/**
 * The one next step. `helps`: the losses that come out better by it (`together`: only once this was added as well); `open`: those that
 * leave the owner without a way back now. No step and nothing open: all is well. No step, and something open: nothing that can be added helps.
 */
export interface CheckUp {
  readonly step: Addition | null;
  readonly together: Addition | null;
  readonly helps: readonly Thing[];
  readonly open: readonly Thing[];
}

/** What becomes of the owner for each thing that they may lose, one at a time. */
export function ifYouLose(policy: Policy, belongings: Belongings): readonly LossLine[] {
  const now = outlooks(policy, belongings);
  const better = ADDITIONS.map((addition) => ({
    addition,
    lines: outlooks(policy, withAdded(belongings, [addition])),
  }));
  return now.map((line) => {
    const mend = better.find(({ lines }) => isMended(line, lines));
    return { thing: line.thing, outlook: line.outlook, add: mend?.addition ?? null };
  });
}

/**
 * The step that helps most: it turns the most losses with no way back into losses with one, then the most that hang on getting the
 * number back; where one step alone turns none, the first of the two that do together. Never one that makes any line worse.
 */
export function checkUp(policy: Policy, belongings: Belongings): CheckUp {
  const now = outlooks(policy, belongings);
  const open = now.filter((line) => badness(line.outlook) > 0).map(({ thing }) => thing);
  if (open.length === 0) return { step: null, together: null, helps: [], open };
  const singles = ADDITIONS.map((first): readonly Addition[] => [first]);
  const pairs = ADDITIONS.flatMap((first, at) => ADDITIONS.slice(at + 1).map((second) => [first, second] as const));
  for (const choices of [singles, pairs]) {
    const best = bestOf(choices.map((added) => judged(policy, belongings, now, added)));
    const [step, together] = best?.added ?? [];
    if (best && step) return { step, together: together ?? null, helps: best.helps, open };
  }
  return { step: null, together: null, helps: [], open };
}

interface Line {
  readonly thing: Thing;
  readonly outlook: Outlook;
}

function outlooks(policy: Policy, belongings: Belongings): readonly Line[] {
  return thingsOf(belongings).map((thing) => ({ thing, outlook: outlook(policy, belongings, [thing]) }));
}

/** 2: no way back; 1: only once the number works again; 0: alone, be it after waiting. */
function badness({ back }: Outlook): 0 | 1 | 2 {
  if (back === 'not-alone') return 2;
  return back === 'once-number-is-back' ? 1 : 0;
}

interface Judged {
  readonly added: readonly Addition[];
  readonly helps: readonly Thing[];
  /** How many lines are left without a way back, and how many that hang on the number. */
  readonly left: readonly [number, number];
  readonly harms: boolean;
}

function judged(policy: Policy, belongings: Belongings, now: readonly Line[], added: readonly Addition[]): Judged {
  const after = outlooks(policy, withAdded(belongings, added));
  const then = (line: Line) => badness(sameIn(after, line)?.outlook ?? line.outlook);
  const isNew = (line: Line) => sameIn(now, line) === undefined;
  return {
    added,
    helps: now.filter((line) => then(line) < badness(line.outlook)).map(({ thing }) => thing),
    left: [now.filter((line) => then(line) === 2).length, now.filter((line) => then(line) === 1).length],
    harms:
      now.some((line) => then(line) > badness(line.outlook)) ||
      // A first second factor is one more thing to lose. All devices at once are no new thing: they were the only one before.
      after.some((line) => isNew(line) && line.thing.kind !== 'all-devices' && badness(line.outlook) === 2),
  };
}

function bestOf(all: readonly Judged[]): Judged | undefined {
  const useful = all.filter(({ helps, harms }) => helps.length > 0 && !harms);
  return useful.toSorted((a, b) => a.left[0] - b.left[0] || a.left[1] - b.left[1])[0];
}

function isMended(line: Line, lines: readonly Line[]): boolean {
  const after = sameIn(lines, line);
  return after !== undefined && badness(after.outlook) < badness(line.outlook);
}

function sameIn(lines: readonly Line[], { thing }: Line): Line | undefined {
  return lines.find((line) => line.thing.kind === thing.kind && line.thing.id === thing.id);
}

/** The same owner later on, with this in their hands as well, verified and settled. A password is added only where there is none. */
export function withAdded(belongings: Belongings, added: readonly Addition[]): Belongings {
  return added.reduce(withOne, belongings);
}

function withOne(belongings: Belongings, added: Addition): Belongings {
  const { standing } = belongings;
  const id = `added-${added}`;
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
