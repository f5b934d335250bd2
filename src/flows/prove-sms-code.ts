import { DELAYS } from '../domain/back-off.ts';
import type { Journey } from '../domain/journey.ts';
import { parseShortCode, TRIES_PER_CODE } from '../domain/one-time-code.ts';
import { budgetOf } from './budget.ts';
import { type ProofOutcome, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';
import { wrongSentCode } from './wrong-sent-code.ts';

/**
 * The code sent by SMS for this journey. Counted per account and per code before it is compared, consumed once; a new code
 * does not reset the count (NIST OOB-03, OOB-04).
 */
export async function proveSmsCode(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<ProofOutcome> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  const { smsCodeId, smsContactId } = journey.state;
  if (!account || !smsCodeId || !smsContactId) return refused('not-asked');
  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'ask' || !verdict.options.includes('sms-code')) return refused('not-asked');
  const typedCode = parseShortCode(typed);
  if (!typedCode) return refused('not-a-code');

  const key = `sms:${account.id}:${await budgetOf(ports.store, account.id, journey, visitor)}`;
  const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
  if (!counted.allowed) return refused('slow-down', { until: counted.until });

  const code = await ports.store.codes.countTry(smsCodeId, 'sms', TRIES_PER_CODE, ports.now());
  if (!code?.codeHash || code.journeyId !== journey.id) return refused('code-expired');
  if (!ports.crypto.equal(code.codeHash, ports.crypto.hashCode('sms', code.id, typedCode)))
    return wrongSentCode(ports, visitor, journey, code, 'sms-code', account);
  if (!(await ports.store.codes.consume(code.id, ports.now()))) return refused('code-expired');
  await ports.store.attempts.reset([key]);
  return takeStep(ports, visitor, journey, account, {
    proofs: [...journey.proofs, { kind: 'sms-code', at: ports.now(), by: smsContactId }],
  });
}
