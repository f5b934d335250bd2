import type { Journey } from '../domain/journey.ts';
import type { Policy } from '../domain/policy.ts';
import type { RecoveryRequest } from './begin-recovery.ts';
import { mailEmergencyCode } from './emergency-mail.ts';
import { type Advanced, type ProofOutcome, type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';
import { signInWithPassword } from './prove-password.ts';
import { planMail, tooManyFrom } from './recovery-mail.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

/** Where a code may be sent: chosen by the person, once a first proof was given (SPEC M2). */
export type EmergencyWay = 'sms-code' | 'email-code';

/** What the organization's ways begin with; nothing is offered where it is empty. */
export function beginningsOf({ emergencyCode, routes, selfRecovery }: Policy): readonly ('password' | 'email-code')[] {
  if (!emergencyCode.offered || !selfRecovery) return [];
  const first = routes['emergency-code'].map(({ proofs }) => proofs[0]);
  return (['password', 'email-code'] as const).filter((kind) => first.includes(kind));
}

/**
 * "Emergency access" (SPEC M2) that begins with the password: a wrong one and a name that nobody has are the same refusal after the same time, as
 * at a sign-in (ATTACKS A11). Nothing is sent before somebody chooses where to. `browserHash`: of the secret that the browser gets when it
 * comes through.
 */
export async function beginEmergencyAccess(
  ports: Ports,
  visitor: Visitor,
  asked: RecoveryRequest & { readonly password: string },
  browserHash: Buffer,
): Promise<ProofOutcome> {
  const journey = await open(ports, asked, ports.crypto.hashToken(ports.crypto.token()));
  const admission = { organizationId: asked.organizationId, admitsOthers: true };
  return signInWithPassword(ports, visitor, journey, asked, admission, browserHash);
}

/**
 * The same where the organization's ways begin with the mailbox: the answer is the same in content and time for every name; one that nobody
 * has, or that gets no mail, walks on as a decoy whose code is never right.
 */
export async function beginEmergencyAccessByMail(
  ports: Ports,
  visitor: Visitor,
  asked: RecoveryRequest,
  browserHash: Buffer,
): Promise<{ readonly outcome: 'sent' } | Refused<'slow-down'>> {
  const crowded = await tooManyFrom(ports, visitor, asked.identifier);
  if (crowded) return crowded;
  return ports.evenly(async () => {
    const account = await ports.store.accounts.findByIdentifier(asked.identifier);
    const mail = await planMail(ports, visitor, account, asked.identifier);
    const journey = await open(ports, asked, browserHash, { accountId: mail.account?.id ?? null, mailed: mail.codeId });
    await ports.store.transaction((tx) => mailEmergencyCode(ports, tx, journey, mail, visitor));
    return { outcome: 'sent' };
  });
}

/** "By e-mail" or "by SMS": only where `decide` asks for it now. This is what sends the code. */
export async function chooseEmergencyWay(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  way: EmergencyWay,
): Promise<Advanced | Refused<'not-asked' | 'slow-down'>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account || journey.proofs.length === 0) return refused('not-asked');
  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'ask' || !verdict.options.includes(way)) return refused('not-asked');
  const { challenge, smsCodeId, smsContactId, linkCodeId, sentAt, sends } = journey.state;
  const kept = { challenge, ...(sentAt && { sentAt }), ...(sends && { sends }) };
  if (way === 'sms-code') {
    const sent = smsCodeId && smsContactId ? { smsCodeId, smsContactId } : {};
    const mailed = linkCodeId ? { linkCodeId } : {};
    return takeStep(ports, visitor, journey, account, {
      state: { ...kept, ...sent, ...mailed, method: 'sms-code', way },
    });
  }
  const mail = await planMail(ports, visitor, account, journey.identifier);
  if (!mail.account) return refused('slow-down', { until: ports.now() + 600_000 });
  const state = { ...kept, way, linkCodeId: mail.codeId, sentAt: ports.now(), sends: 1 };
  return ports.store.transaction(async (tx) => {
    const advanced = await tx.journeys.advance(journey, { state });
    if (!advanced) return refused('not-asked');
    await mailEmergencyCode(ports, tx, advanced, mail, visitor);
    return { outcome: 'advanced', journey: advanced, account, verdict };
  });
}

/**
 * "Reset my password" in place of a code, where `decide` allows it by what was proven: from here on these proofs are for that and for nothing
 * else (ATTACKS A35).
 */
export async function resetPasswordInstead(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
): Promise<Advanced | Refused<'not-asked'>> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account || !mayResetPassword(ports, account, journey)) return refused('not-asked');
  return takeStep(ports, visitor, journey, account, { goal: 'reset-password' });
}

export function mayResetPassword(
  ports: Pick<Ports, 'closed' | 'now'>,
  account: Parameters<typeof verdictOn>[1],
  journey: Journey,
): boolean {
  return verdictOn(ports, account, journey, { goal: 'reset-password' }).verdict === 'allow';
}

async function open(
  ports: Ports,
  asked: RecoveryRequest,
  browserHash: Buffer,
  { accountId, mailed }: { readonly accountId: string | null; readonly mailed?: string } = { accountId: null },
): Promise<Journey> {
  const now = ports.now();
  const policy = (await ports.store.accounts.policyFor(asked.organizationId))?.policy;
  const { identifier, organizationId, interactionUid, clientId, request, locale } = asked;
  const sent = { way: 'email-code', sentAt: now, sends: 1 } as const;
  return ports.store.journeys.create(
    {
      id: ports.crypto.uuid(),
      kind: 'emergency',
      goal: 'emergency-code',
      atLeast: null,
      accountId,
      organizationId,
      policyVersion: 0,
      identifier,
      interactionUid,
      clientId,
      request,
      locale,
      proofs: [],
      state: { challenge: ports.crypto.token(), ...(mailed && { ...sent, linkCodeId: mailed }) },
      createdAt: now,
      expiresAt: now + (policy?.lifetimes.recovery ?? 1_800) * 1000,
    },
    browserHash,
  );
}
