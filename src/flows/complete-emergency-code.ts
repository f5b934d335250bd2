import type { Journey } from '../domain/journey.ts';
import { grouped } from '../domain/spoken-code.ts';
import { announce } from './announce.ts';
import { putOutEmergencyCode } from './new-emergency-code.ts';
import { type Refused, refused } from './outcome.ts';
import type { Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';

export interface EmergencyCodeMade {
  readonly outcome: 'made';
  /** In groups; shown this once. */
  readonly code: string;
  readonly uses: number;
  readonly expiresAt: number;
}

/**
 * "Generate an emergency code" (SPEC M2), in one transaction: decides once more under a lock on the account, and ends the journey, so that one
 * set of proofs yields one thing (ATTACKS A35). It counts as a recovery: told everywhere, contestable, and what waits out the cooling
 * period waits. Sessions go on: nothing of the account has changed yet. Whoever has a role makes none (`policyWithRole`).
 */
export async function completeEmergencyCode(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
): Promise<EmergencyCodeMade | Refused<'not-asked'>> {
  const now = ports.now();
  return ports.store.transaction(async (tx) => {
    const account = journey.accountId ? await tx.accounts.loadForUpdate(journey.accountId) : undefined;
    if (!account || journey.kind !== 'emergency') return refused('not-asked');
    const verdict = verdictOn(ports, account, journey);
    if (verdict.verdict !== 'allow' || !verdict.effects.includes('issue-emergency-code')) return refused('not-asked');
    if (!(await tx.journeys.complete(journey, now))) return refused('not-asked');
    const { uses, lifetime, acr } = account.policy.emergencyCode;
    const expiresAt = now + lifetime * 1000;
    const { id, code, revoked } = await putOutEmergencyCode(ports, tx, account, {
      uses,
      validFrom: now,
      expiresAt,
      clients: null,
      highestAcr: acr,
      issuedBy: 'owner',
      reason: null,
      issuedByAccount: null,
    });
    await tx.journeys.endOthers(account.id, journey.id, now);
    await tx.codes.endAll(account.id, ['recovery-link', 'recovery-code', 'sms'], now);
    await tx.accounts.update(account.id, { recoveredAt: now });
    const used = journey.proofs.map(({ by }) => by);
    const about = { visitor, until: expiresAt, used, added: [id], removed: revoked };
    const notice = await announce(ports, tx, account, { kind: 'emergency-code-made', ...about });
    await tx.audit.append(
      {
        kind: 'emergency-code.made',
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { journey: journey.id, route: verdict.route, proofs: journey.proofs.map(({ kind }) => kind), notice },
      },
      visitor,
    );
    return { outcome: 'made', code: grouped(code), uses, expiresAt };
  });
}
