import { DELAYS } from '../domain/back-off.ts';
import type { Journey } from '../domain/journey.ts';
import type { Proof } from '../domain/proof.ts';
import { budgetOf } from './budget.ts';
import { failedTry } from './count-failure.ts';
import { type ProofOutcome, refused } from './outcome.ts';
import type { Account, PasskeyCredential, Ports, Visitor } from './ports.ts';
import { type Admission, admits, turnAway } from './prove-password.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

/** A passkey as second factor, on a journey whose account is known. */
export async function provePasskey(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  response: unknown,
): Promise<ProofOutcome> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account) return refused('not-asked');
  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'ask') return refused('not-asked');
  const asked = verdict.options.some((kind) => kind === 'passkey' || kind === 'passkey-uv');
  if (!asked) return refused('not-asked');
  const checked = await check(ports, visitor, journey, account, response);
  if (checked.outcome === 'refused') return checked;
  return takeStep(ports, visitor, journey, account, { proofs: [...journey.proofs, checked.proof] });
}

/**
 * A passkey alone from the username field: it names the account and, with user verification, is enough by policy (SPEC S17).
 * `browserHash`: of the browser's new secret, as at the password.
 */
export async function signInWithPasskey(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  response: unknown,
  admission: Admission,
  browserHash: Buffer,
): Promise<ProofOutcome> {
  const claimed = ports.passkeys.claimedId(response);
  const account = claimed ? await ports.store.accounts.findByPasskey(claimed) : undefined;
  if (!account) return refused('passkey-failed');
  const checked = await check(ports, visitor, journey, account, response);
  if (checked.outcome === 'refused') return checked;
  if (account.suspendedAt !== null) return turnAway(ports, visitor, account, 'account-suspended');
  if (!admits(admission, account)) return turnAway(ports, visitor, account, 'other-organization');
  return takeStep(ports, visitor, journey, account, {
    accountId: account.id,
    identifier: account.username,
    policyVersion: account.policyVersion,
    proofs: [checked.proof],
    state: { challenge: journey.state.challenge },
    browserHash,
  });
}

/** Passkeys of the account that the browser may use. */
export function passkeysOf(account: Account): PasskeyCredential[] {
  return account.credentials.filter(
    (held): held is PasskeyCredential => held.kind === 'passkey' && held.state === 'active',
  );
}

type Checked =
  | { readonly outcome: 'right'; readonly proof: Proof }
  | ReturnType<typeof refused<'passkey-failed' | 'slow-down'>>;

async function check(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  account: Account,
  response: unknown,
): Promise<Checked> {
  const key = `passkey:${account.id}:${await budgetOf(ports.store, account.id, journey, visitor)}`;
  const counted = await ports.store.attempts.count([key], DELAYS, ports.now());
  if (!counted.allowed) return refused('slow-down', { until: counted.until });

  const held = passkeysOf(account).find((passkey) => passkey.webauthnId === ports.passkeys.claimedId(response));
  const verified =
    held && (await ports.passkeys.verifyAuthentication(response, journey.state.challenge, held, account.id));
  if (!held || !verified) {
    await ports.store.audit.append(
      {
        kind: failedTry(journey),
        accountId: account.id,
        organizationId: account.organizationId,
        actor: 'user',
        details: { method: 'passkey' },
      },
      visitor,
    );
    return refused('passkey-failed');
  }
  await ports.store.transaction(async (tx) => {
    await tx.attempts.reset([key]);
    await tx.credentials.recordUse(held.id, ports.now(), verified.signCount);
  });
  return {
    outcome: 'right',
    proof: {
      kind: verified.userVerified ? 'passkey-uv' : 'passkey',
      at: ports.now(),
      by: held.id,
      ...(held.synced ? { synced: true } : {}),
    },
  };
}
