import type { Acr } from '../../domain/assurance.ts';
import type { HeldRole, Role } from '../../domain/role.ts';
import type { Account, Visitor } from '../ports.ts';

/** Somebody with a role, at the operators' console: whose session it is, and from where. */
export interface Operator {
  readonly account: Account;
  readonly session: { readonly uid: string; readonly acr: Acr; readonly at: number };
  readonly visitor: Visitor;
}

/** A role with whose it is. Times in milliseconds. */
export interface GrantedRole extends HeldRole {
  readonly accountId: string;
  readonly username: string;
  readonly grantedAt: number;
}

export interface Roles {
  /** `asleepSince` as in `HeldRole`. False: it is held already, asleep or not. */
  grant(accountId: string, held: HeldRole, at: number): Promise<boolean>;
  /** False: it was not held. */
  revoke(accountId: string, role: Role, organizationId: string | null): Promise<boolean>;
  /** Wakes those that sleep; how many did. */
  confirm(accountId: string): Promise<number>;
  /** Whether this operator has opened a way into this account for somebody since then: a code proposed, approved or issued, factors removed. */
  hasHelped(operatorId: string, accountId: string, since: number): Promise<boolean>;
  /** Everybody's, by username. */
  all(): Promise<readonly GrantedRole[]>;
  /** Keeps the roles of this account as they are until the transaction ends, and says which they are. */
  hold(accountId: string): Promise<readonly HeldRole[]>;
}
