import type { Journey } from '../domain/journey.ts';
import type { Verdict } from '../domain/verdict.ts';
import { walkedRoute } from '../domain/walked-route.ts';
import { asksForFactor } from './next.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Account, Ports, Visitor } from './ports.ts';
import { planSms, sendPlanned } from './send-sms-code.ts';
import { verdictOn } from './standing.ts';

export type Changes = Partial<
  Pick<
    Journey,
    'goal' | 'accountId' | 'organizationId' | 'policyVersion' | 'identifier' | 'proofs' | 'state' | 'expiresAt'
  >
> & {
  /** The browser's new secret: from now on the old one is nothing (ATTACKS A18). */
  readonly browserHash?: Buffer;
};

/**
 * Takes one step: decides on the journey as it will be, prepares what the next page needs (a secret to enrol, a code by
 * SMS, which a `get` never sends), and writes all of it in one transaction by compare-and-set. Refuses with `not-asked` when another request was faster.
 */
export async function takeStep(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  account: Account,
  changes: Changes,
  arrived: 'post' | 'get' = 'post',
): Promise<Advanced | Refused<'not-asked'>> {
  const walked: Journey = {
    ...journey,
    ...changes,
    state: { ...(changes.state ?? journey.state), challenge: ports.crypto.token() },
  };
  const verdict = verdictOn(ports, account, walked);

  const enrolment = asksForFactor(verdict) ? (walked.state.enrolment ?? newEnrolment(ports, journey)) : undefined;
  const sms = arrived === 'post' ? await planSms(ports, visitor, walked, account, verdict) : undefined;
  const { smsWaits: _, ...kept } = walked.state;
  const state = {
    ...kept,
    ...(enrolment && { enrolment }),
    ...(arrived === 'get' && { smsWaits: true as const }),
    ...sms?.state,
  };

  return ports.store.transaction(async (tx) => {
    const advanced = await tx.journeys.advance(journey, { ...changes, state, ...routeOf(walked, verdict) });
    if (!advanced) return refused('not-asked');
    if (sms) await sendPlanned(ports, tx, account, journey, sms, visitor);
    return { outcome: 'advanced', journey: advanced, account, verdict };
  });
}

/** The way that is walked from here on, by which recoveries are counted. */
function routeOf({ kind, goal }: Journey, verdict: Verdict): Pick<Journey, 'route'> {
  const route = kind === 'recovery' || kind === 'emergency' ? walkedRoute(goal, verdict) : undefined;
  return route === undefined ? {} : { route };
}

/** What the page that registers a second factor offers: a TOTP secret, sealed, and a WebAuthn challenge. */
function newEnrolment(ports: Ports, journey: Journey): { totp: string; challenge: string } {
  const sealed = ports.crypto.seal(ports.totp.newSecret(), `enrolment:${journey.id}`);
  return { totp: sealed.toString('base64'), challenge: ports.crypto.token() };
}
