import { DELAYS } from '../domain/back-off.ts';
import { usernameKey } from '../domain/email-address.ts';
import type { Journey } from '../domain/journey.ts';
import { parseShortCode, SHORT_CODE_DIGITS, TRIES_PER_CODE } from '../domain/one-time-code.ts';
import { budgetOf } from './budget.ts';
import { type ProofOutcome, refused } from './outcome.ts';
import type { Ports, Repositories, Visitor } from './ports.ts';
import type { PlannedMail } from './recovery-mail.ts';
import { takeStep } from './take-step.ts';
import { wrongSentCode } from './wrong-sent-code.ts';

/** The short code of an emergency access: a keyed hash, and the message in the outbox; for a decoy as well. It carries no link. */
export async function mailEmergencyCode(
  ports: Pick<Ports, 'crypto' | 'now'>,
  tx: Repositories,
  journey: Journey,
  { account, contact, codeId }: PlannedMail,
  { ip, userAgent, ...visitor }: Visitor,
): Promise<void> {
  const now = ports.now();
  const seconds = account?.policy.lifetimes.link ?? 300;
  const code = ports.crypto.digits(SHORT_CODE_DIGITS);
  const expiresAt = now + seconds * 1000;
  await tx.codes.create({
    id: codeId,
    purpose: 'recovery-code',
    accountId: account?.id ?? null,
    journeyId: journey.id,
    contactId: contact?.id ?? null,
    tokenHash: null,
    codeHash: ports.crypto.hashCode('emergency-mail', codeId, code),
    expiresAt,
  });
  await tx.outbox.send({
    channel: 'email',
    to: contact?.value ?? '',
    locale: account?.locale ?? journey.locale,
    accountId: account?.id ?? '',
    organizationId: account?.organizationId ?? journey.organizationId,
    expiresAt,
    content: {
      template: 'emergency-access',
      code,
      minutes: Math.round(seconds / 60),
      username: account?.username ?? journey.identifier,
      circumstances: { at: now, ip, userAgent },
    },
  });
  await tx.audit.append(
    {
      kind: journey.proofs.length === 0 && journey.state.sends === 1 ? 'recovery.begun' : 'recovery.link-sent',
      actor: 'user',
      ...(account ? { accountId: account.id, organizationId: account.organizationId } : {}),
      details: { journey: journey.id, written: account !== undefined, during: 'emergency' },
    },
    { ip, userAgent, ...visitor },
  );
}

/**
 * The short code of that e-mail. Counted by the name that was typed and on the code itself before it is compared; a decoy counts alike and is
 * never right (ATTACKS A11). `browserHash`: of the new secret that the browser gets when it is right (A18).
 */
export async function proveEmergencyMail(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
  browserHash: Buffer,
): Promise<ProofOutcome> {
  const { linkCodeId, way } = journey.state;
  if (journey.kind !== 'emergency' || way !== 'email-code' || !linkCodeId) return refused('not-asked');
  if (journey.proofs.some(({ kind }) => kind === 'email-code')) return refused('not-asked');
  const typedCode = parseShortCode(typed);
  if (!typedCode) return refused('not-a-code');
  return ports.evenly(async () => {
    const budget = await budgetOf(ports.store, journey.accountId ?? journey.id, journey, visitor);
    const key = `emergency-mail:${usernameKey(journey.identifier)}:${budget}`;
    const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
    if (!counted.allowed) return refused('slow-down', { until: counted.until });
    const code = await ports.store.codes.countTry(linkCodeId, 'recovery-code', TRIES_PER_CODE, ports.now());
    if (!code) return refused('code-expired');
    const right =
      code.codeHash !== null &&
      code.journeyId === journey.id &&
      ports.crypto.equal(code.codeHash, ports.crypto.hashCode('emergency-mail', code.id, typedCode));
    const account = right && code.accountId ? await ports.store.accounts.load(code.accountId) : undefined;
    if (!account || !code.contactId) return wrongSentCode(ports, visitor, journey, code, 'email-code');
    if (!(await ports.store.codes.consume(code.id, ports.now()))) return refused('code-expired');
    await ports.store.attempts.reset([key]);
    return takeStep(ports, visitor, journey, account, {
      accountId: account.id,
      policyVersion: account.policyVersion,
      proofs: [...journey.proofs, { kind: 'email-code', at: ports.now(), by: code.contactId }],
      browserHash,
    });
  });
}
