import { EMERGENCY_CODE_BYTES, emergencyCodeFrom } from '../domain/emergency-code.ts';
import type { Account, NewEmergencyCode, Ports, Repositories } from './ports.ts';

/** What a new code is given. Times in milliseconds. */
export type EmergencyCodeTerms = Pick<
  NewEmergencyCode,
  'uses' | 'validFrom' | 'expiresAt' | 'clients' | 'highestAcr' | 'issuedBy' | 'reason' | 'issuedByAccount'
>;

/** The code, without hyphens, for whoever is to have it: nobody else ever reads it here. */
export interface PutOut {
  readonly id: string;
  readonly code: string;
  /** Those before, which open nothing any more. */
  readonly revoked: readonly string[];
}

/**
 * A new emergency code is out for this account, and every one before is revoked. Inside the transaction that holds the account; announced and
 * audited by whoever calls. Kept under a keyed hash: 75 bits must not be guessed from a copy of the database (DESIGN rule 2).
 */
export async function putOutEmergencyCode(
  { crypto, now }: Pick<Ports, 'crypto' | 'now'>,
  tx: Repositories,
  account: Account,
  terms: EmergencyCodeTerms,
): Promise<PutOut> {
  const id = crypto.uuid();
  const code = emergencyCodeFrom(crypto.randomBytes(EMERGENCY_CODE_BYTES));
  const hash = crypto.hashCode('emergency-code', id, code);
  const { revoked } = await keepEmergencyCode({ now }, tx, account, terms, { id, hash });
  return { id, code, revoked };
}

/** The same for a code that is known here by its hash alone. */
export async function keepEmergencyCode(
  { now }: Pick<Ports, 'now'>,
  tx: Repositories,
  account: Account,
  terms: EmergencyCodeTerms,
  { id, hash }: { readonly id: string; readonly hash: Buffer },
): Promise<{ readonly revoked: readonly string[] }> {
  const { revoked } = await revokeEmergencyCodes({ now }, tx, account.id);
  await tx.emergencyCodes.add(account.id, { ...terms, id, hash, createdAt: now() });
  return { revoked };
}

/**
 * The code that is out opens nothing any more, nor one that waits for a second operator, and what stands on it ends with it: sessions, grants,
 * tokens, and sign-ins that are under way (DESIGN rule 9). Inside the transaction of whatever takes it away. `withdrawn`: how many waited.
 */
export async function revokeEmergencyCodes(
  { now }: Pick<Ports, 'now'>,
  tx: Repositories,
  accountId: string,
): Promise<{ readonly revoked: readonly string[]; readonly withdrawn: number; readonly sessions: number }> {
  const { revoked, withdrawn } = await voidEmergencyCodes(tx, accountId, now());
  await tx.journeys.endStandingOn(accountId, revoked, now());
  const { sessions } = await tx.sessions.endStandingOn(accountId, revoked);
  return { revoked, withdrawn, sessions };
}

/** The codes alone, where whatever takes them away ends every session anyway: the one that is out, and one that waits for a second operator. */
export async function voidEmergencyCodes(
  tx: Repositories,
  accountId: string,
  at: number,
): Promise<{ readonly revoked: readonly string[]; readonly withdrawn: number }> {
  const withdrawn = await tx.codeProposals.endAll(accountId, at);
  return { revoked: await tx.emergencyCodes.revokeAll(accountId, at), withdrawn };
}
