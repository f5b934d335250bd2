import { DELAYS } from '../domain/back-off.ts';
import { usernameKey } from '../domain/email-address.ts';
import type { Journey } from '../domain/journey.ts';
import { normalizePassword } from '../domain/password-rules.ts';
import type { Proof } from '../domain/proof.ts';
import { budgetOf } from './budget.ts';
import { countFailure } from './count-failure.ts';
import { networkOf, perNetwork } from './network.ts';
import { type ProofOutcome, type Refused, refused } from './outcome.ts';
import type { Account, PasswordCredential, Ports, Visitor } from './ports.ts';
import { verdictOn } from './standing.ts';
import { takeStep } from './take-step.ts';

/** Which accounts an application admits: those of its own organization, or all. */
export interface Admission {
  readonly organizationId: string;
  readonly admitsOthers: boolean;
}

/**
 * Username or e-mail address and password, on the first page of a sign-in. A right password starts the journey anew for
 * that account. Wrong name, wrong password and a name that nobody has are the same refusal after the same time (ATTACKS A11).
 * `browserHash`: of the new secret that the browser gets when it comes through, so that nobody who planted the one before walks
 * along (ATTACKS A18).
 */
export async function signInWithPassword(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  typed: { identifier: string; password: string },
  admission: Admission,
  browserHash: Buffer,
): Promise<ProofOutcome> {
  const attempt = async (): Promise<ProofOutcome> => {
    const found = await ports.store.accounts.findByIdentifier(typed.identifier);
    const checked = await check(ports, visitor, journey, found, typed);
    if (checked.outcome === 'refused') return checked;
    const { account, proof } = checked;
    if (account.suspendedAt !== null) return turnAway(ports, visitor, account, 'account-suspended');
    if (!admits(admission, account)) return turnAway(ports, visitor, account, 'other-organization');
    const sameAccount = journey.accountId === account.id;
    return takeStep(ports, visitor, journey, account, {
      accountId: account.id,
      identifier: typed.identifier,
      policyVersion: account.policyVersion,
      proofs: sameAccount ? [...journey.proofs.filter((given) => given.kind !== 'password'), proof] : [proof],
      // What was prepared for another account (a code on its way, a secret to enrol) stays with that account.
      state: sameAccount ? journey.state : { challenge: journey.state.challenge },
      browserHash,
    });
  };
  return ports.evenly(attempt, (result) => result.outcome === 'refused');
}

/** The password alone, on a journey whose account is known (SPEC T5). Refuses with `not-asked` when it is not the password's turn. */
export async function provePassword(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  password: string,
): Promise<ProofOutcome> {
  const account = journey.accountId ? await ports.store.accounts.load(journey.accountId) : undefined;
  if (!account) return refused('not-asked');
  const verdict = verdictOn(ports, account, journey);
  if (verdict.verdict !== 'ask' || !verdict.options.includes('password')) return refused('not-asked');
  const typed = { identifier: account.username, password };
  const checked = await check(ports, visitor, journey, account, typed, true);
  if (checked.outcome === 'refused')
    return checked.reason === 'wrong-credentials' ? { ...checked, reason: 'wrong-password' } : checked;
  return takeStep(ports, visitor, journey, account, { proofs: [...journey.proofs, checked.proof] });
}

/** The password was right and does not help: told to this person only, and written down (ASVS 16.3.2). */
export async function turnAway<Reason extends 'account-suspended' | 'other-organization'>(
  ports: Ports,
  visitor: Visitor,
  account: Account,
  reason: Reason,
): Promise<Refused<Reason>> {
  await ports.store.audit.append(
    {
      kind: 'sign-in.failed',
      accountId: account.id,
      organizationId: account.organizationId,
      actor: 'user',
      details: { reason },
    },
    visitor,
  );
  return refused(reason);
}

export function admits(admission: Admission, account: Pick<Account, 'organizationId'>): boolean {
  return admission.admitsOthers || admission.organizationId === account.organizationId;
}

type Checked =
  | { readonly outcome: 'right'; readonly account: Account; readonly proof: Proof }
  | ReturnType<typeof refused<'wrong-credentials' | 'slow-down'>>;

/**
 * Counts the attempt, then compares; the same work for an account that does not exist. It is counted under the name that was
 * typed, which is what a guesser is told about, and under the account: were he told about that one, two names of one account would
 * give each other away (ATTACKS A11). `known`: the account was named by an earlier proof, and nothing is to hide.
 */
async function check(
  ports: Ports,
  visitor: Visitor,
  journey: Journey,
  account: Account | undefined,
  typed: { identifier: string; password: string },
  known = false,
): Promise<Checked> {
  const budget = await budgetOf(ports.store, account?.id ?? ports.crypto.uuid(), journey, visitor);
  // Known browsers and opened links are not in the crowd that one address block's failures slow down (A26).
  const network = perNetwork('sign-in-failures', visitor.ip);
  const crowded = budget === 'strangers' ? await ports.limits.emptyUntil(network) : undefined;
  if (crowded !== undefined) return refused('slow-down', { until: crowded });
  // Nothing is counted before there is room to compare it.
  using _place = ports.passwords.ready(networkOf(visitor.ip));
  const byName = `password:name:${usernameKey(typed.identifier)}:${budget}`;
  const byAccount = `password:${account?.id ?? `nobody:${usernameKey(typed.identifier)}`}:${budget}`;
  const told = await ports.store.attempts.count([known ? byAccount : byName], DELAYS, ports.now());
  if (!told.allowed) return refused('slow-down', { until: told.until });
  const untold = known ? told : await ports.store.attempts.count([byAccount], DELAYS, ports.now());

  const held = account && untold.allowed ? passwordOf(account) : undefined;
  const password = normalizePassword(typed.password);
  const { ok, outdated } = await ports.passwords.verify(password, held?.hash);
  if (!ok || !account || !held) {
    await ports.limits.take(network);
    await countFailure(ports, visitor, journey, account, held ? [held] : [], 'password');
    return refused('wrong-credentials');
  }
  const newHash = outdated ? await ports.passwords.hash(password) : undefined;
  await ports.store.transaction(async (tx) => {
    await tx.attempts.reset(known ? [byAccount] : [byName, byAccount]);
    await tx.credentials.recordUse(held.id, ports.now());
    if (newHash) await tx.credentials.rehashPassword(held.id, newHash);
  });
  return { outcome: 'right', account, proof: { kind: 'password', at: ports.now(), by: held.id } };
}

function passwordOf(account: Account): PasswordCredential | undefined {
  return account.credentials.find(
    (held): held is PasswordCredential => held.kind === 'password' && held.state === 'active',
  );
}
