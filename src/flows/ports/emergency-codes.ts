import type { Acr } from '../../domain/assurance.ts';
import type { EmergencyCodeBounds } from '../../domain/emergency-code.ts';

/** An emergency code of an account, spent and expired ones included, until it is revoked. Times in milliseconds. */
export interface EmergencyCode extends EmergencyCodeBounds {
  readonly id: string;
  /** Keyed hash of the code without hyphens, by purpose `emergency-code` and its id. */
  readonly hash: Buffer;
  readonly uses: number;
  readonly highestAcr: Acr;
  readonly issuedBy: 'owner' | 'cli' | 'operator';
  readonly createdAt: number;
}

export interface NewEmergencyCode extends Omit<EmergencyCode, 'usesLeft'> {
  readonly reason: string | null;
  /** The operator's account. */
  readonly issuedByAccount: string | null;
}

export interface EmergencyCodes {
  /** It is out from now on. There must be no other: `revokeAll` comes first, in the same transaction. */
  add(accountId: string, code: NewEmergencyCode): Promise<void>;
  /** Takes one use, where one is left at `at`, within its time and not revoked: one conditional UPDATE, false for everybody else (ATTACKS A14). */
  spend(accountId: string, id: string, at: number): Promise<boolean>;
  /** What is out opens nothing any more; the ids, spent and expired ones among them: what stands on them is ended by these. */
  revokeAll(accountId: string, at: number): Promise<readonly string[]>;
}
