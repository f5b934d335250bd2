import type { NamedAccount } from './account-kinds.ts';

/** The accounts of an organization for which self-recovery is tried first (SPEC T9). */
export interface PilotGroup {
  /** By username, from after that account on, at most `limit`. */
  page(organizationId: string, after: string | undefined, limit: number): Promise<readonly NamedAccount[]>;
  size(organizationId: string): Promise<number>;
  /** Those of these accounts that are of the organization and were not in it: their ids. */
  add(organizationId: string, accountIds: readonly string[], at: number): Promise<readonly string[]>;
  /** Those that were in it. */
  remove(organizationId: string, accountIds: readonly string[]): Promise<readonly string[]>;
}
