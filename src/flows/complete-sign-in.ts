import { assurance } from '../domain/assurance.ts';
import { countedProofs } from '../domain/decide.ts';
import type { Journey } from '../domain/journey.ts';
import type { SecondFactorKind } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import { oweRestoreCode } from './account/owed-restore-code.ts';
import { countSignIn } from './account/restore-code-due.ts';
import { announce } from './announce.ts';
import { asksForFactor } from './next.ts';
import { type Refused, refused, type SignedIn } from './outcome.ts';
import type { Account, NewCredential, Ports, Repositories, Visitor } from './ports.ts';
import { recordSleep } from './record-sleep.ts';
import { standingOf, verdictOn } from './standing.ts';

/**
 * The end of a sign-in or step-up: decides once more under a lock on the account, then keeps the proofs for the session,
 * remembers the browser and what was used. `firstFactor` is what a first enrolment brought: it is owed before the session
 * opens and gives no proof by itself (DESIGN rule 7).
 */
export async function completeSignIn(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  firstFactor?: NewCredential,
): Promise<SignedIn | Refused<'not-asked' | 'browser-blocked'>> {
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = journey.accountId ? await tx.accounts.loadForUpdate(journey.accountId) : undefined;
    if (!account) return refused('not-asked');
    const verdict = verdictOn(ports, account, journey);
    if (verdict.verdict !== 'allow' || asksForFactor(verdict) !== (firstFactor !== undefined))
      return refused('not-asked');
    if (visitor.deviceHash && (await tx.devices.isBlocked(account.id, visitor.deviceHash)))
      return refused('browser-blocked');
    if (!(await tx.journeys.complete(journey, now))) return refused('not-asked');

    const proofs = countedProofs(standingOf(account, ports, journey.clientId), 'sign-in', journey.proofs, now);
    const byCode = await spendEmergencyCode(tx, account, journey, proofs, now);
    if (byCode !== undefined && account.roles.length > 0) {
      // It is a way back on somebody's word: as after a recovery another admin says that it was them (ATTACKS A24).
      await tx.accounts.update(account.id, { rolesAsleepSince: now });
      await recordSleep(tx, account);
    }
    const worth = assurance(proofs);
    const used = proofs.map((proof) => proof.by);
    const enrolled = firstFactor && (await enrolFirst(ports, tx, account, journey.id, firstFactor, used, visitor));
    if (byCode === undefined && (worth.amr.includes('mfa') || worth.acr === 'phr')) await tx.credentials.settle(used);
    await tx.sessions.recordProofs(journey.id, account.id, proofs, visitor);
    if (!journey.atLeast && !firstFactor) await countSignIn(tx, account);
    const told = enrolled ?? (byCode && (await tellOfEmergencyCode(ports, tx, account, proofs, visitor)));
    const notice = await remember(ports, tx, account, proofs, visitor, told);
    await tx.audit.append(
      {
        kind: journey.atLeast ? 'step-up.succeeded' : 'sign-in.succeeded',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { acr: worth.acr, amr: worth.amr, client: journey.clientId, notice },
      },
      visitor,
    );
    return { outcome: 'signed-in', journey, account, assurance: worth };
  });
}

/**
 * Takes one use of the emergency code that was typed in this sign-in; undefined when there was none, or an earlier sign-in of this session paid
 * for it. The account is locked and `countedProofs` saw a use left, so nobody else can have taken it: a fault, which takes everything
 * back (ATTACKS A14).
 */
async function spendEmergencyCode(
  tx: Repositories,
  account: Account,
  journey: Journey,
  proofs: readonly Proof[],
  now: number,
): Promise<string | undefined> {
  const typed = proofs.find(({ kind, at }) => kind === 'emergency-code' && at >= journey.createdAt);
  if (!typed) return undefined;
  if (!(await tx.emergencyCodes.spend(account.id, typed.by, now)))
    throw new Error('an emergency code was spent behind the lock on its account');
  return typed.by;
}

/** Whatever browser it was in: a code that somebody else gave is used (SPEC M4). Returns the id of the notice. */
async function tellOfEmergencyCode(
  ports: Ports,
  tx: Repositories,
  account: Account,
  proofs: readonly Proof[],
  visitor: Visitor,
): Promise<string> {
  const used = proofs.map((proof) => proof.by);
  const notice = await announce(ports, tx, account, { kind: 'emergency-code-used', visitor, used });
  const left = Math.max(0, (account.emergencyCode?.usesLeft ?? 1) - 1);
  await tx.audit.append(
    {
      kind: 'emergency-code.used',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { uses_left: left, notice },
    },
    visitor,
  );
  return notice;
}

/** Returns the id of the notice. */
async function enrolFirst(
  ports: Ports,
  tx: Repositories,
  account: Account,
  journeyId: string,
  factor: NewCredential,
  used: readonly string[],
  visitor: Visitor,
): Promise<string> {
  // What stood on the password alone ends: it may be somebody else's (ATTACKS A19).
  await tx.sessions.endAll(account.id);
  await tx.journeys.endOthers(account.id, journeyId, ports.now());
  await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation'], ports.now());
  await tx.credentials.add(account.id, { ...factor, addedFrom: visitor });
  await tx.accounts.update(account.id, { boundToSecondFactor: true });
  await oweRestoreCode(tx, account);
  const added = [factor.id];
  const notice = await announce(ports, tx, account, { kind: 'second-factor-enrolled', visitor, used, added });
  await tx.audit.append(
    {
      kind: 'second-factor.enrolled',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { factor: factor.kind, credential: factor.id, notice },
    },
    visitor,
  );
  return notice;
}

/** What was used, and from which browser; a new one is announced (SPEC S5), unless `told` is the notice of this act. Returns its notice. */
async function remember(
  ports: Ports,
  tx: Repositories,
  account: Account,
  proofs: readonly Proof[],
  visitor: Visitor,
  told: string | undefined,
): Promise<string> {
  const isNew =
    visitor.deviceHash === null || (await tx.devices.remember(account.id, visitor.deviceHash, visitor, ports.now()));
  const method = proofs.map((proof) => METHOD_OF[proof.kind]).findLast((kind) => kind !== undefined);
  if (method && method !== account.lastMethod) await tx.accounts.update(account.id, { lastMethod: method });
  if (told !== undefined) return told;
  const used = proofs.map((proof) => proof.by);
  return announce(ports, tx, account, { kind: isNew ? 'new-browser' : 'known-browser', visitor, used });
}

const METHOD_OF: Partial<Record<Proof['kind'], SecondFactorKind>> = {
  totp: 'totp',
  passkey: 'passkey',
  'passkey-uv': 'passkey',
  'sms-code': 'sms-code',
};
