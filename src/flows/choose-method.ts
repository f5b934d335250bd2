import type { Journey, Method } from '../domain/journey.ts';
import { methodsOffered } from './next.ts';
import { type Advanced, type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

/** Another second factor than the one shown. For a code by SMS this is what sends it. */
export async function chooseMethod(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  method: Method,
): Promise<Advanced | Refused<'not-asked'>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account) return refused('not-asked');
  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'ask' || !methodsOffered(journey, account, verdict.options).includes(method))
    return refused('not-asked');
  return takeStep(ports, visitor, journey, account, { state: { ...journey.state, method } });
}
