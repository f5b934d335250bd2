import { DELAYS } from '../domain/back-off.ts';
import { usernameKey } from '../domain/email-address.ts';
import { isMailboxProven, type Journey } from '../domain/journey.ts';
import { parseShortCode, TRIES_PER_CODE } from '../domain/one-time-code.ts';
import { restoreKeys } from './begin-restore.ts';
import { budgetOf } from './budget.ts';
import { type Refused, refused } from './outcome.ts';
import type { Account, OneTimeCode, Ports, Visitor } from './ports.ts';
import { wrongSentCode } from './wrong-sent-code.ts';

export type CodeOutcome =
  | { readonly outcome: 'proved'; readonly journey: Journey; readonly account: Account }
  | Refused;

/**
 * The short code of the e-mail, typed into the page that waits: proves the mailbox to the browser that asked. Wrong codes
 * never end the link; a decoy counts them alike and is never right. The code stays good until its time or a completion.
 * `browserHash`: of the new secret that the browser gets when the code is right (ATTACKS A18).
 */
export async function proveRecoveryCode(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
  browserHash: Buffer,
): Promise<CodeOutcome> {
  if (isMailboxProven(journey) || !journey.state.linkCodeId) return refused('not-asked');
  const typedCode = parseShortCode(typed);
  if (!typedCode) return refused('not-a-code');
  const { linkCodeId, earlierCodeId } = journey.state;

  return ports.evenly(async () => {
    // By the name that was typed, not by the account: else two names would tell that they are one account's (A11). What is
    // counted per account are the e-mails, and the tries on each code.
    const budget = await budgetOf(ports.store, journey.accountId ?? journey.id, journey, visitor);
    const key = `recovery-code:${usernameKey(journey.identifier)}:${budget}`;
    const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
    if (!counted.allowed) return refused('slow-down', { until: counted.until });

    const code = await ports.store.codes.countTry(linkCodeId, 'recovery-link', TRIES_PER_CODE, ports.now());
    if (!code) return refused('code-expired');
    const earlier = earlierCodeId
      ? await ports.store.codes.countTry(earlierCodeId, 'recovery-link', TRIES_PER_CODE, ports.now())
      : undefined;
    const right = [code, earlier].find((sent) => sent && isRight(ports, journey, sent, typedCode));
    const account = right?.accountId ? await ports.store.accounts.load(right.accountId) : undefined;
    if (!account || !right?.contactId) return wrongSentCode(ports, visitor, journey, code, 'email-code');
    const proof = { kind: 'email-code', at: ports.now(), by: right.contactId } as const;
    const restored = journey.proofs.some(({ kind }) => kind === 'restore-code');
    const begun = restored ? await restoreKeys(ports, visitor, account.id, journey.identifier) : [];
    return ports.store.transaction(async (tx) => {
      const proofs = [...journey.proofs, proof];
      const advanced = await tx.journeys.advance(journey, { proofs, accountId: account.id, browserHash });
      if (!advanced) return refused('not-asked');
      await tx.attempts.reset([key, ...begun]);
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

function isRight(ports: Ports, journey: Journey, sent: OneTimeCode, typed: string): boolean {
  const { id, codeHash, journeyId } = sent;
  if (codeHash === null || journeyId !== journey.id) return false;
  return ports.crypto.equal(codeHash, ports.crypto.hashCode('recovery-code', id, typed));
}
