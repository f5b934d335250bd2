import { assurance } from '../domain/assurance.ts';
import { countedProofs } from '../domain/decide.ts';
import type { Journey } from '../domain/journey.ts';
import type { SecondFactorKind } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import { asksForFactor } from './next.ts';
import { type Refused, refused, type SignedIn } from './outcome.ts';
import type { Account, NewCredential, Ports, Repositories, Visitor } from './ports.ts';
import { standingOf, verdictOn } from './standing.ts';
import { tellOwner } from './tell-owner.ts';

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
): Promise<SignedIn | Refused<'not-asked'>> {
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = journey.accountId ? await tx.accounts.loadForUpdate(journey.accountId) : undefined;
    if (!account) return refused('not-asked');
    const verdict = verdictOn(ports, account, journey);
    if (verdict.verdict !== 'allow' || asksForFactor(verdict) !== (firstFactor !== undefined))
      return refused('not-asked');
    if (!(await tx.journeys.complete(journey, now))) return refused('not-asked');

    const proofs = countedProofs(standingOf(account, ports), 'sign-in', journey.proofs, now);
    const worth = assurance(proofs);
    if (firstFactor) await enrolFirst(ports, tx, account, journey.id, firstFactor, visitor);
    if (worth.amr.includes('mfa') || worth.acr === 'phr') await tx.credentials.settle(proofs.map((proof) => proof.by));
    await tx.sessions.recordProofs(journey.id, account.id, proofs);
    await remember(tx, account, proofs, visitor, now);
    await tx.audit.append(
      {
        kind: journey.atLeast ? 'step-up.succeeded' : 'sign-in.succeeded',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { acr: worth.acr, amr: worth.amr, client: journey.clientId },
      },
      visitor,
    );
    return { outcome: 'signed-in', journey, account, assurance: worth };
  });
}

async function enrolFirst(
  ports: Ports,
  tx: Repositories,
  account: Account,
  journeyId: string,
  factor: NewCredential,
  visitor: Visitor,
): Promise<void> {
  // What stood on the password alone ends: it may be somebody else's (ATTACKS A19).
  await tx.sessions.endAll(account.id);
  await tx.journeys.endOthers(account.id, journeyId, ports.now());
  await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms', 'invitation'], ports.now());
  await tx.credentials.add(account.id, factor);
  await tx.accounts.update(account.id, { boundToSecondFactor: true });
  await tx.audit.append(
    {
      kind: 'second-factor.enrolled',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { factor: factor.kind },
    },
    visitor,
  );
  await tellOwner(ports, tx, account, 'second-factor-enrolled', visitor);
}

async function remember(
  tx: Repositories,
  account: Account,
  proofs: readonly Proof[],
  visitor: Visitor,
  now: number,
): Promise<void> {
  if (visitor.deviceHash) await tx.devices.remember(account.id, visitor.deviceHash, visitor, now);
  const method = proofs.map((proof) => METHOD_OF[proof.kind]).findLast((kind) => kind !== undefined);
  if (method && method !== account.lastMethod) await tx.accounts.update(account.id, { lastMethod: method });
}

const METHOD_OF: Partial<Record<Proof['kind'], SecondFactorKind>> = {
  totp: 'totp',
  passkey: 'passkey',
  'passkey-uv': 'passkey',
  'sms-code': 'sms-code',
};
