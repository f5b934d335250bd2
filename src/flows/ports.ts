import type { AuditEvent } from '../domain/audit-event.ts';
import type { Message } from '../domain/message.ts';
import type { ProofKind } from '../domain/proof.ts';
import type { Accounts } from './ports/accounts.ts';
import type { Applications } from './ports/applications.ts';
import type { CodeProposals } from './ports/code-proposals.ts';
import type { Activity, Contacts, Live, Notices } from './ports/console.ts';
import type { Credentials } from './ports/credentials.ts';
import type { Crypto, Passkeys, Passwords, Totp } from './ports/crypto.ts';
import type { EmergencyCodes } from './ports/emergency-codes.ts';
import type { EmergencyRequests } from './ports/emergency-requests.ts';
import type { Journeys, OneTimeCodes } from './ports/journeys.ts';
import type { Attempts, Limits } from './ports/limits.ts';
import type { Pairings } from './ports/pairings.ts';
import type { RestoreCodes } from './ports/restore-codes.ts';
import type { Devices, Sessions } from './ports/sessions.ts';
import type { Visitor } from './ports/visitor.ts';

export type * from './ports/account.ts';
export type * from './ports/accounts.ts';
export type * from './ports/applications.ts';
export type * from './ports/code-proposals.ts';
export type * from './ports/console.ts';
export type * from './ports/credentials.ts';
export type * from './ports/crypto.ts';
export { Busy } from './ports/crypto.ts';
export type * from './ports/emergency-codes.ts';
export type * from './ports/emergency-requests.ts';
export type * from './ports/journeys.ts';
export type * from './ports/limits.ts';
export type * from './ports/pairings.ts';
export type * from './ports/restore-codes.ts';
export type * from './ports/sessions.ts';
export type * from './ports/visitor.ts';

/**
 * What flows ask of the outside. Adapters in `store`, `crypto` and `delivery` implement these; `context.ts` wires them.
 * Times are milliseconds since the epoch, ids are UUIDs, byte strings are Buffers.
 */
export interface Ports {
  readonly store: Store;
  readonly crypto: Crypto;
  readonly passwords: Passwords;
  readonly totp: Totp;
  readonly passkeys: Passkeys;
  /** Caps on what strangers may cause. */
  readonly limits: Limits;
  /** What open console pages listen to. */
  readonly live: Live;
  readonly now: () => number;
  /** Links are made from here only (no trailing slash). */
  readonly issuer: string;
  /**
   * Answers at a fixed time after its start, whatever `work` took, where `hidden` says so of the result (by default always, and
   * when it throws): nobody can tell an account that exists from one that does not by the clock (ATTACKS A11).
   */
  evenly<T>(work: () => Promise<T>, hidden?: (result: T) => boolean): Promise<T>;
  /** Proofs that cannot be asked for in this installation, e.g. `sms-code` without a gateway. */
  readonly closed: readonly ProofKind[];
}

/** Reads outside of a transaction, each one round trip, and `transaction` for everything that changes something. */
export interface Store extends Repositories {
  /**
   * Runs `work` in one transaction (READ COMMITTED); rolled back when it throws. Outbox jobs leave with the commit. It may run more than once,
   * until it is committed: so `work` changes nothing but by what it is given.
   */
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>;
}

export interface Repositories {
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly journeys: Journeys;
  readonly codes: OneTimeCodes;
  readonly attempts: Attempts;
  readonly devices: Devices;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly outbox: Outbox;
  readonly contacts: Contacts;
  readonly notices: Notices;
  readonly activity: Activity;
  readonly restoreCodes: RestoreCodes;
  readonly pairings: Pairings;
  readonly emergencyCodes: EmergencyCodes;
  readonly codeProposals: CodeProposals;
  readonly emergencyRequests: EmergencyRequests;
  readonly applications: Applications;
}

export interface AuditLog {
  append(event: AuditEvent, visitor?: Visitor): Promise<void>;
}

export interface Outbox {
  /** Seals the message and queues it; it leaves after the commit. With an empty `to` it is a decoy: queued alike, then dropped. */
  send(message: Message): Promise<void>;
}
