import { DELAYS } from '../domain/back-off.ts';
import {
  barOf,
  type EmergencyCodeBar,
  type EmergencyCodeFault,
  highestAcrOf,
  parseEmergencyCode,
  type TypedEmergencyCode,
} from '../domain/emergency-code.ts';
import type { Journey } from '../domain/journey.ts';
import type { Proof } from '../domain/proof.ts';
import { budgetOf } from './budget.ts';
import { hashOfHalf, hashOfHalves } from './emergency-halves.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Account, EmergencyCode, Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

/** Why an emergency code was not taken. The bars are told to nobody but who typed the very code. */
export type EmergencyCodeRefusal =
  | 'not-asked'
  | 'slow-down'
  | 'wrong-code'
  | 'other-reach'
  | EmergencyCodeBar
  | EmergencyCodeFault;

/**
 * An emergency code in place of the authenticator's, at a sign-in whose password is given (SPEC M3). Counted before it is compared, per
 * account and in the budget of the browser, at any number of requests at once (ATTACKS A12); a slip of the pen costs no try. Its use is not
 * spent here but with the session that it opens (`completeSignIn`). A right code that opens nothing now says why. `other-reach`: more is
 * asked for than it can give.
 */
export async function proveEmergencyCode(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<Advanced | Refused<EmergencyCodeRefusal>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account || !takesEmergencyCode(ports, account, journey)) return refused('not-asked');
  const parsed = parseEmergencyCode(typed);
  if ('fault' in parsed) return refused(parsed.fault);
  const key = `emergency-code:${account.id}:${await budgetOf(ports.store, account.id, journey, visitor)}`;
  const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
  if (!counted.allowed) return refused('slow-down', { until: counted.until });

  const held = account.emergencyCode;
  const now = ports.now();
  const right = isRight(ports, held, parsed);
  const bar = right && held ? (barOf(held, journey.clientId, now) ?? unlessAsked(ports, account, journey)) : undefined;
  if (!right || !held || bar) {
    await ports.store.audit.append(
      {
        kind: 'sign-in.failed',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { method: 'emergency-code', ...(bar && { reason: bar }) },
      },
      visitor,
    );
    return refused(bar ?? 'wrong-code');
  }
  await ports.store.attempts.reset([key]);
  const madeBy = held.issuedBy === 'owner' ? 'owner' : 'operator';
  const highestAcr = highestAcrOf(account.policy, held.highestAcr, madeBy);
  const proof: Proof = { kind: 'emergency-code', at: now, by: held.id, highestAcr, madeBy };
  return takeStep(ports, visitor, journey, account, { proofs: [...journey.proofs, proof] });
}

/**
 * Whether this sign-in has come to where a second factor is asked for, on an account for which an emergency code is out: also one that is
 * spent, over or for another application, so that whoever types it learns why it is refused.
 */
export function takesEmergencyCode(ports: Pick<Ports, 'closed' | 'now'>, account: Account, journey: Journey): boolean {
  const isPast = journey.proofs.some(({ kind }) => kind === 'password');
  if (journey.kind !== 'sign-in' || !isPast || account.emergencyCode === null) return false;
  return verdictOn(ports, account, journey).verdict === 'ask';
}

function unlessAsked(
  ports: Pick<Ports, 'closed' | 'now'>,
  account: Account,
  journey: Journey,
): 'other-reach' | undefined {
  const verdict = verdictOn(ports, account, journey);
  return verdict.verdict === 'ask' && verdict.options.includes('emergency-code') ? undefined : 'other-reach';
}

/** In constant time; without a code it takes as long and is wrong. Halves are right in either order. */
function isRight(
  { crypto }: Pick<Ports, 'crypto'>,
  held: EmergencyCode | null,
  typed: Exclude<TypedEmergencyCode, { fault: unknown }>,
): boolean {
  const id = held?.id ?? crypto.uuid();
  const kept = held?.hash ?? crypto.hashToken(crypto.token());
  const same = 'code' in typed ? [crypto.hashCode('emergency-code', id, typed.code)] : inEitherOrder(typed.halves);
  return same.map((hash) => crypto.equal(kept, hash)).includes(true) && held !== null;

  function inEitherOrder([one, other]: readonly [string, string]): Buffer[] {
    return [
      hashOfHalves(crypto, id, hashOfHalf(crypto, id, one), other),
      hashOfHalves(crypto, id, hashOfHalf(crypto, id, other), one),
    ];
  }
}
