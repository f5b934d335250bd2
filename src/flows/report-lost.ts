import { countedProofs, decide } from '../domain/decide.ts';
import type { Journey, JourneyState } from '../domain/journey.ts';
import { lostWith, withoutLost } from '../domain/lost.ts';
import type { SecondFactorKind } from '../domain/policy.ts';
import type { Proof, ProofKind } from '../domain/proof.ts';
import { announce } from './announce.ts';
import { budgetOf } from './budget.ts';
import { factorsOffered } from './next.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Account, Ports, Repositories, Visitor } from './ports.ts';
import { standingOf, verdictOn } from './standing.ts';
import { waysBack } from './way-back.ts';

/** Reports in a row before the next one has to wait, in seconds: a day from the third on. */
const WAITS = [0, 0, 0, 86_400];

/** How the owner gets in once these second factors are switched off, by what they have beside the phone. */
export interface WaysLeft {
  /** Second factors that still sign in after the password. */
  readonly others: readonly SecondFactorKind[];
  /** What registering a new one takes, in this order; `from`: not before then (milliseconds); null: support only. */
  readonly anew: { readonly proofs: readonly ProofKind[] } | { readonly from: number } | null;
}

/**
 * The second factors that may be reported lost on this journey: those that its page offers, where the password was given on it just now
 * and counts. A step-up goes on from an older sign-in: nobody has typed a password there, and its owner has the console.
 */
export function losable(
  ports: Pick<Ports, 'closed' | 'now'>,
  journey: Journey,
  account: Account,
): readonly SecondFactorKind[] {
  if (journey.kind !== 'sign-in' || passwordGiven(ports, journey, account) === undefined) return [];
  const verdict = verdictOn(ports, account, journey);
  return verdict.verdict === 'ask' ? factorsOffered(journey, account, verdict.options) : [];
}

/** What is left once all second factors of these kinds are switched off, by `decide`. Kinds only: no name, no address. */
export function waysLeft(
  ports: Pick<Ports, 'closed' | 'now'>,
  journey: Journey,
  account: Account,
  kinds: readonly SecondFactorKind[],
): WaysLeft {
  const before = standingOf(account, ports);
  const after = withoutLost(before, lostWith(before, kinds));
  const at = (goal: 'sign-in' | 'reset-second-factor', proofs: readonly Proof[]) =>
    decide(account.policy, after, { goal }, proofs, ports.now());
  const signIn = at('sign-in', journey.proofs);
  const anew = at('reset-second-factor', []);
  return {
    others: signIn.verdict === 'ask' ? factorsOffered(journey, account, signIn.options) : [],
    anew:
      anew.verdict === 'ask'
        ? { proofs: anew.steps.map(({ proof }) => proof) }
        : anew.verdict === 'wait'
          ? { from: anew.until }
          : null,
  };
}

/**
 * Whether "It wasn't me" leads back in by the second factors of these kinds, where that is all that is left (`leavesAWay`); before they are
 * switched off or since.
 */
export function leadsBack(
  ports: Pick<Ports, 'closed' | 'now'>,
  account: Account,
  kinds: readonly SecondFactorKind[],
): boolean {
  const passwords = account.credentials.filter(({ kind }) => kind === 'password').map(({ id }) => id);
  const ways = waysBack(ports, {
    ...account,
    frozenAt: ports.now(),
    contested: [{ kind: 'reported-lost', used: passwords, added: [], removed: [], byAuthenticator: false }],
    credentials: account.credentials.map((held) =>
      held.state === 'off' && held.lostAt === null && kinds.some((kind) => kind === held.kind)
        ? { ...held, state: 'active' }
        : held,
    ),
    contacts: account.contacts.map((held) => (kinds.includes('sms-code') ? { ...held, offAt: null } : held)),
  });
  return ways.length > 0;
}

/** Another second factor, or a recovery that is open now. */
const leavesAWay = ({ others, anew }: WaysLeft): boolean => others.length > 0 || (anew !== null && 'proofs' in anew);

/**
 * "My phone is lost: switch it off", by the password alone (SPEC S13). All second factors of the chosen kinds are off at once and, where
 * something else lets the owner in, marked as lost, so that no contest revives them (ATTACKS A36); else the password alone could lock an owner
 * out for good, and a contest switches them on again (docs/decisions/0011). What stood on them ends: sessions with their grants and tokens, sign-ins
 * that are not open yet, half-finished journeys. It is no step of the sign-in: no proof is added, the account stays bound, and nothing
 * that asked for a second factor asks for less.
 *
 * Whoever knows the password can do this to the owner, and gains nothing by it (A26): every address and phone is told; three a day for strangers,
 * and as many for each browser of the owner's own; links and recoveries that stand on other things go on. The owner gets the second factor
 * back by signing in with another one (Devices, "switch on") or by a recovery. `called`: what is switched off, in the account's language.
 */
export async function reportLost(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  chosen: readonly SecondFactorKind[],
  called: string,
): Promise<Advanced | Refused<'not-asked' | 'slow-down'>> {
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = journey.accountId ? await tx.accounts.loadForUpdate(journey.accountId) : undefined;
    const password = account && passwordGiven(ports, journey, account);
    const kinds = account ? losable(ports, journey, account).filter((kind) => chosen.includes(kind)) : [];
    if (!account || !password || kinds.length === 0) return refused('not-asked');
    const key = `lost:${account.id}:${await budgetOf(tx, account.id, journey, visitor)}`;
    const counted = await tx.attempts.count([key], WAITS, now);
    if (!counted.allowed) return refused('slow-down', { until: counted.until });
    const advanced = await tx.journeys.advance(journey, { state: stateAfter(journey.state, kinds) });
    if (!advanced) return refused('not-asked');

    const ids = lostWith(standingOf(account, ports), kinds);
    const forGood = leavesAWay(waysLeft(ports, journey, account, kinds));
    await tx.accounts.update(account.id, { boundToSecondFactor: true });
    const factors = await tx.credentials.setState(account.id, ids, 'off', forGood ? now : null);
    const phones = await tx.contacts.setOff(account.id, ids, now);
    const off = [...factors, ...phones];
    await tx.journeys.endStandingOn(account.id, off, now);
    const { sessions } = await tx.sessions.endStandingOn(account.id, off);
    const notice = await announce(ports, tx, account, {
      kind: 'reported-lost',
      visitor,
      used: [password.by],
      removed: forGood ? [] : off,
      about: called,
    });
    await record(tx, account, off, { lost: true, contestable: !forGood, sessions_ended: sessions, notice }, visitor);

    const after = (await tx.accounts.load(account.id)) ?? account;
    return { outcome: 'advanced', journey: advanced, account: after, verdict: verdictOn(ports, after, advanced) };
  });
}

/** The password that was typed on this journey, as long as it counts. */
function passwordGiven(ports: Pick<Ports, 'closed' | 'now'>, journey: Journey, account: Account): Proof | undefined {
  const counted = countedProofs(standingOf(account, ports, journey.clientId), 'sign-in', journey.proofs, ports.now());
  return counted.find(({ kind, at }) => kind === 'password' && at >= journey.createdAt);
}

/** What was begun with what is lost is forgotten; another number's code is sent at the press of a button. */
function stateAfter(state: JourneyState, kinds: readonly SecondFactorKind[]): JourneyState {
  const { method, smsCodeId, smsContactId, ...rest } = state;
  const sms = !kinds.includes('sms-code');
  return {
    ...rest,
    ...(method && (method === 'emergency-code' || !kinds.includes(method)) && { method }),
    ...(sms && smsCodeId && { smsCodeId }),
    ...(sms && smsContactId && { smsContactId }),
    ...(!(sms && smsCodeId) && { smsWaits: true as const }),
    lost: [...(state.lost ?? []), ...kinds],
  };
}

/** One line for each thing, as in the console's list of devices. */
async function record(
  tx: Repositories,
  { id: accountId, organizationId, credentials }: Account,
  off: readonly string[],
  details: Readonly<Record<string, string | number | boolean>>,
  visitor: Visitor,
): Promise<void> {
  for (const device of off) {
    const held = credentials.find(({ id }) => id === device);
    const facts = { device, what: held?.kind ?? 'phone', name: held?.label || null };
    await tx.audit.append(
      { kind: 'device.switched-off', accountId, organizationId, actor: 'user', details: { ...facts, ...details } },
      visitor,
    );
  }
}
