import type { HeldContact, HeldCredential, Standing } from '../credential.ts';
import type { Policy } from '../policy.ts';
import type { Evidence, State } from '../state.ts';
import { isBound } from '../way.ts';

/**
 * The same state told in one way: it begins now (0), has no session, and of several things of a kind only those which can make a difference are
 * named. In hand, what counts sooner stands for what counts later; what is not in hand stands only where it counts sooner than what is.
 */
export interface Canonical {
  readonly state: State;
  /** Two states with the same key lead to the same places. */
  readonly key: string;
}

type Evident = Evidence | undefined;

export function canonical(policy: Policy, { standing, hands, now }: State): Canonical {
  const rest = (until: number | null) => Math.max(0, (until ?? 0) - now);
  const credentials: HeldCredential[] = [];
  const contacts: HeldContact[] = [];
  const inHand: Evidence[] = [];
  let key = isBound(policy, standing) ? '+' : '-';
  const named = (id: string, wait: number, evidence: Evident) => {
    key += ` ${id}${wait > 0 ? `~${wait}` : ''}`;
    if (evidence) inHand.push({ kind: evidence.kind, by: id });
  };

  for (const kind of ['password', 'totp', 'passkey'] as const) {
    const held = standing.credentials.filter((one) => one.kind === kind && one.state === 'active');
    for (const { wait, evidence } of telling(held, hands, (one) => rest(one.unsettledUntil))) {
      const id = `${evidence ? '' : 'other-'}${evidence?.kind ?? kind}`;
      credentials.push({ id, kind, state: 'active', unsettledUntil: wait > 0 ? wait : null });
      named(id, wait, evidence);
    }
  }
  for (const [kind, off] of CONTACTS) {
    const held = standing.contacts.filter((one) => one.kind === kind && one.verified && (one.off ?? false) === off);
    for (const { wait, evidence } of telling(held, hands, (one) => rest(one.countsFrom))) {
      const id = `${evidence ? '' : 'other-'}${kind}${off ? '-off' : ''}`;
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
  readonly evidence: Evident;
}

/** Those of one kind that make a difference: in hand the soonest that verifies, in hand one that counts sooner than it, another that counts sooner still. */
function telling<One extends { readonly id: string }>(
  held: readonly One[],
  hands: readonly Evidence[],
  restOf: (one: One) => number,
): Telling[] {
  const found: Telling[] = [];
  let least = Number.POSITIVE_INFINITY;
  const all = held.map((one): Telling => ({ wait: restOf(one), evidence: bestOf(hands, one.id) }));
  const groups = [
    all.filter(({ evidence }) => evidence?.kind === 'passkey-uv'),
    all.filter(({ evidence }) => evidence && evidence.kind !== 'passkey-uv'),
    all.filter(({ evidence }) => !evidence),
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

function bestOf(hands: readonly Evidence[], id: string): Evident {
  const by = hands.filter((evidence) => evidence.by === id);
  return by.find(({ kind }) => kind === 'passkey-uv') ?? by[0];
}

function codesOf(
  { restoreCode, emergencyCode }: Standing,
  hands: readonly Evidence[],
  rest: (until: number | null) => number,
  named: (id: string, wait: number, evidence: Evident) => void,
): Pick<Standing, 'restoreCode' | 'emergencyCode'> {
  const codes: { -readonly [Name in 'restoreCode' | 'emergencyCode']: Standing[Name] } = {
    restoreCode: null,
    emergencyCode: null,
  };
  if (restoreCode) {
    const evidence = bestOf(hands, restoreCode.id);
    const wait = rest(restoreCode.unsettledUntil);
    const id = `${evidence ? '' : 'other-'}${restoreCode.byEmail ? 'mailed-' : ''}restore-code`;
    codes.restoreCode = { id, byEmail: restoreCode.byEmail, unsettledUntil: wait > 0 ? wait : null };
    named(id, wait, evidence);
  }
  if (emergencyCode) {
    const evidence = bestOf(hands, emergencyCode.id);
    const id = `${evidence ? '' : 'other-'}emergency-code by ${emergencyCode.madeBy} for ${emergencyCode.highestAcr}`;
    codes.emergencyCode = { ...emergencyCode, id };
    named(id, 0, evidence);
  }
  return codes;
}
