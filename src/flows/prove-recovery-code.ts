import { DELAYS } from '../domain/back-off.ts';
import { usernameKey } from '../domain/email-address.ts';
import type { Journey } from '../domain/journey.ts';
import { parseShortCode, TRIES_PER_CODE } from '../domain/one-time-code.ts';
import { budgetOf } from './budget.ts';
import { type ProofRefusal, type Refused, refused } from './outcome.ts';
import type { Account, Ports, Visitor } from './ports.ts';

export type CodeOutcome =
  | { readonly outcome: 'proved'; readonly journey: Journey; readonly account: Account }
  | Refused<ProofRefusal>;

/**
 * The short code of the e-mail, typed into the page that waits: proves the mailbox to the browser that asked. Wrong codes
 * never end the link; a decoy counts them alike and is never right. The code stays good until its time or a completion.
 */
export async function proveRecoveryCode(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<CodeOutcome> {
  if (journey.proofs.length > 0 || !journey.state.linkCodeId) return refused('not-asked');
  const typedCode = parseShortCode(typed);
  if (!typedCode) return refused('not-a-code');
  const { linkCodeId } = journey.state;

  return ports.evenly(async () => {
    const subject = journey.accountId ?? `unknown:${usernameKey(journey.identifier)}`;
    const budget = await budgetOf(ports.store, journey.accountId ?? journey.id, journey, visitor);
    const key = `recovery-code:${subject}:${budget}`;
    const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
    if (!counted.allowed) return refused('slow-down', { until: counted.until });

    const code = await ports.store.codes.countTry(linkCodeId, 'recovery-link', TRIES_PER_CODE, ports.now());
    if (!code?.codeHash) return refused('code-expired');
    const right = ports.crypto.equal(code.codeHash, ports.crypto.hashCode('recovery-code', code.id, typedCode));
    const account = right && code.accountId ? await ports.store.accounts.load(code.accountId) : undefined;
    if (!account || !code.contactId || code.journeyId !== journey.id) {
      return code.tries >= TRIES_PER_CODE
        ? refused('no-tries-left')
        : refused('wrong-code', { triesLeft: TRIES_PER_CODE - code.tries });
    }
    const proof = { kind: 'email-code', at: ports.now(), by: code.contactId } as const;
    return ports.store.transaction(async (tx) => {
      const advanced = await tx.journeys.advance(journey, { proofs: [proof], accountId: account.id });
      if (!advanced) return refused('not-asked');
      await tx.attempts.reset([key]);
      await tx.audit.append(
        {
          kind: 'recovery.link-opened',
          accountId: account.id,
          organizationId: account.organizationId,
          actor: 'user',
          details: { journey: journey.id, by: 'code' },
        },
        visitor,
      );
      return { outcome: 'proved', journey: advanced, account };
    });
  });
}
