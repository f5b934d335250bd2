import { DELAYS } from '../domain/back-off.ts';
import type { Journey } from '../domain/journey.ts';
import { parseShortCode } from '../domain/one-time-code.ts';
import { budgetOf } from './budget.ts';
import { countFailure, failedTry } from './count-failure.ts';
import { type ProofOutcome, refused } from './outcome.ts';
import type { Account, Ports, TotpCredential, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

/**
 * A code from an authenticator app. Counted before it is compared, accepted once (NIST OTP-03), only when it is its turn.
 * An account with several apps may use any of them; `used-code` says to wait for the next one.
 */
export async function proveTotp(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: string,
): Promise<ProofOutcome> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account) return refused('not-asked');
  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'ask' || !verdict.options.includes('totp')) return refused('not-asked');
  const code = parseShortCode(typed);
  if (!code) return refused('not-a-code');

  const key = `totp:${account.id}:${await budgetOf(ports.store, account.id, journey, visitor)}`;
  const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
  if (!counted.allowed) return refused('slow-down', { until: counted.until });

  const now = ports.now();
  const held = totpsOf(account).map((app) => ({
    app,
    secret: ports.crypto.open(app.sealedSecret, `credential:${app.id}`),
  }));
  const match = held
    .map(({ app, secret }) => ({ app, step: ports.totp.verify(secret, code, now, app.lastStep) }))
    .find((tried) => tried.step !== undefined);
  if (!match || match.step === undefined) {
    if (held.some(({ app, secret }) => ports.totp.isReplay(secret, code, now, app.lastStep))) {
      await noteReplay(ports, visitor, journey, account);
      return refused('used-code');
    }
    const apps = held.map(({ app }) => app);
    await countFailure(ports, visitor, journey, account, apps, 'totp');
    return refused('wrong-code');
  }
  if (!(await accept(ports, key, match.app, match.step))) {
    await noteReplay(ports, visitor, journey, account);
    return refused('used-code');
  }
  return takeStep(ports, visitor, journey, account, {
    proofs: [...journey.proofs, { kind: 'totp', at: now, by: match.app.id }],
  });
}

/** A code that was used before: perhaps the owner in a hurry, perhaps somebody who looked over a shoulder. */
function noteReplay(ports: Ports, visitor: Visitor, journey: Journey, { id, organizationId }: Account): Promise<void> {
  const details = { method: 'totp', reason: 'used-code' };
  return ports.store.audit.append(
    { kind: failedTry(journey), accountId: id, organizationId, actor: 'user', details },
    visitor,
  );
}

/** Stores the accepted step: of many requests with one code, one gets through (ATTACKS A15). */
function accept(ports: Ports, key: string, app: TotpCredential, step: number): Promise<boolean> {
  return ports.store.transaction(async (tx) => {
    if (!(await tx.credentials.acceptStep(app.id, step))) return false;
    await tx.attempts.reset([key]);
    await tx.credentials.recordUse(app.id, ports.now());
    return true;
  });
}

function totpsOf(account: Account): TotpCredential[] {
  return account.credentials.filter((held): held is TotpCredential => held.kind === 'totp' && held.state === 'active');
}
