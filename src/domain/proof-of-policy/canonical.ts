import type { HeldContact, HeldCredential, Standing } from '../credential.ts';
import type { Policy } from '../policy.ts';
import type { Evidence, State } from '../state.ts';
import { isBound } from '../way.ts';

/**
 * The same state told in one way: it begins now (0), has no session, and names only what is in hand, of several things of a kind those which can
 * make a difference: what counts sooner stands for what counts later. What stands on the account and is in nobody's hand makes none, but for binding
 * it: a journey is completed by proofs in hand alone, and along its own way each of them is asked for, whatever other ways are open.
 */
export interface Canonical {
  readonly state: State;
  /** Two states with the same key lead to the same places. */
  readonly key: string;
}

export function canonical(policy: Policy, { standing, hands, now }: State): Canonical {
  const rest = (until: number | null) => Math.max(0, (until ?? 0) - now);
  const credentials: HeldCredential[] = [];
  const contacts: HeldContact[] = [];
  const inHand: Evidence[] = [];
  let key = isBound(policy, standing) ? '+' : '-';
  const named = (id: string, wait: number, evidence: Evidence) => {
    key += ` ${id}${wait > 0 ? `~${wait}` : ''}`;
    inHand.push({ kind: evidence.kind, by: id });
  };

  for (const kind of ['password', 'totp', 'passkey'] as const) {
    const held = standing.credentials.filter((one) => one.kind === kind && one.state === 'active');
    for (const { wait, evidence } of telling(held, hands, (one) => rest(one.unsettledUntil))) {
      const id = evidence.kind;
      credentials.push({ id, kind, state: 'active', unsettledUntil: wait > 0 ? wait : null });
      named(id, wait, evidence);
    }
  }
  for (const [kind, off] of CONTACTS) {
    const held = standing.contacts.filter((one) => one.kind === kind && one.verified && (one.off ?? false) === off);
    for (const { wait, evidence } of telling(held, hands, (one) => rest(one.countsFrom))) {
      const id = `${kind}${off ? '-off' : ''}`;
      contacts.push({ id, kind, verified: true, countsFrom: wait, ...(off && { off }) });
      named(id, wait, evidence);
    }
  }
  const codes = codesOf(standing, hands, rest, named);
  return {
    key,
    state: {
      standing: { ...standing, ...codes, credentials, contacts, boundToSecondFactor: isBound(policy, standing) },
      hands: inHand,
      session: null,
      now: 0,
    },
  };
}

const CONTACTS = [
  ['email', false],
  ['phone', false],
  ['phone', true],
] as const;

interface Telling {
  readonly wait: number;
  readonly evidence: Evidence;
}

/** Those of one kind that make a difference: the soonest that verifies, and another that counts sooner than it. */
function telling<One extends { readonly id: string }>(
  held: readonly One[],
  hands: readonly Evidence[],
  restOf: (one: One) => number,
): Telling[] {
  const found: Telling[] = [];
  let least = Number.POSITIVE_INFINITY;
  const all = held.flatMap((one): Telling[] => {
    const evidence = bestOf(hands, one.id);
    return evidence ? [{ wait: restOf(one), evidence }] : [];
  });
  const groups = [
    all.filter(({ evidence }) => evidence.kind === 'passkey-uv'),
    all.filter(({ evidence }) => evidence.kind !== 'passkey-uv'),
  ];
  for (const group of groups) {
    const soonest = group.reduce<Telling | undefined>(
      (best, one) => (best && best.wait <= one.wait ? best : one),
      undefined,
    );
    if (!soonest || soonest.wait >= least) continue;
    least = soonest.wait;
    found.push(soonest);
  }
  return found;
}

function bestOf(hands: readonly Evidence[], id: string): Evidence | undefined {
  const by = hands.filter((evidence) => evidence.by === id);
  return by.find(({ kind }) => kind === 'passkey-uv') ?? by[0];
}

function codesOf(
  { restoreCode, emergencyCode }: Standing,
  hands: readonly Evidence[],
  rest: (until: number | null) => number,
  named: (id: string, wait: number, evidence: Evidence) => void,
): Pick<Standing, 'restoreCode' | 'emergencyCode'> {
  const codes: { -readonly [Name in 'restoreCode' | 'emergencyCode']: Standing[Name] } = {
    restoreCode: null,
    emergencyCode: null,
  };
  const restoring = restoreCode && bestOf(hands, restoreCode.id);
  if (restoring) {
    const wait = rest(restoreCode.unsettledUntil);
    const id = `${restoreCode.byEmail ? 'mailed-' : ''}restore-code`;
    codes.restoreCode = { id, byEmail: restoreCode.byEmail, unsettledUntil: wait > 0 ? wait : null };
    named(id, wait, restoring);
  }
  const given = emergencyCode && bestOf(hands, emergencyCode.id);
  if (given) {
    const id = `emergency-code by ${emergencyCode.madeBy} for ${emergencyCode.highestAcr}`;
    codes.emergencyCode = { ...emergencyCode, id };
    named(id, 0, given);
  }
  return codes;
}
