import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Acr } from '../domain/assurance.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import type { CredentialKind, CredentialState } from '../domain/credential.ts';
import type { JourneyKind } from '../domain/journey.ts';
import type { Locale } from '../domain/message.ts';
import type { NoticeKind } from '../domain/notice.ts';
import type { Goal, Policy, SecondFactorKind } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import type { Role } from '../domain/role.ts';
import type { EmergencyCode, EmergencyRequestState, OneTimeCode, Pairing, RestoreCode } from '../flows/ports.ts';

/**
 * The rows as they are in PostgreSQL (`migrations/`). Times are milliseconds since the epoch; bigint columns arrive as
 * numbers (`database.ts`).
 */
export interface Schema {
  organizations: OrganizationRow;
  policies: PolicyRow;
  clients: ClientRow;
  accounts: AccountRow;
  former_usernames: FormerUsernameRow;
  contact_points: ContactPointRow;
  account_search: AccountSearchRow;
  credentials: CredentialRow;
  devices: DeviceRow;
  journeys: JourneyRow;
  one_time_codes: OneTimeCodeRow;
  attempts: AttemptRow;
  rate_limits: { key: string; points: Generated<number>; expire: number | null };
  oidc_records: OidcRecordRow;
  ended_sessions: { session_uid: Buffer; ended_at: number };
  ended_grants: { grant_id: Buffer; ended_at: number };
  session_proofs: SessionProofsRow;
  signing_keys: SigningKeyRow;
  restore_codes: RestoreCodeRow;
  pairings: PairingRow;
  emergency_codes: EmergencyCodeRow;
  code_proposals: CodeProposalRow;
  emergency_requests: EmergencyRequestRow;
  roles: RoleRow;
  notices: NoticeRow;
  application_access: ApplicationAccessRow;
  audit_log: AuditLogRow;
  audit_head: { one: Generated<boolean>; count: number; hash: Buffer; sealed: Buffer | null };
  outbox: OutboxRow;
}

/** Written as JSON text, read parsed. */
type Json<T extends object | null> = JSONColumnType<T>;

export interface OrganizationRow {
  id: string;
  name: string;
  locale: Locale;
  support_url: string | null;
  policy_version: number;
  created_at: Generated<number>;
}

export interface PolicyRow {
  organization_id: string;
  version: number;
  document: Json<Policy>;
  created_at: Generated<number>;
}

export interface ClientRow {
  id: string;
  organization_id: string;
  name: string;
  metadata: Json<Record<string, unknown>>;
  /** SHA-256; null: a public client. */
  secret_hash: Buffer | null;
  first_party: Generated<boolean>;
  admits_others: Generated<boolean>;
  created_at: Generated<number>;
}

export interface AccountRow {
  id: string;
  organization_id: string;
  username: string;
  /** `usernameKey` of domain/email-address. */
  username_key: string;
  given_name: string | null;
  family_name: string | null;
  locale: Locale;
  suspended_at: number | null;
  frozen_at: number | null;
  closes_at: number | null;
  restore_forbidden: Generated<boolean>;
  restore_uses: Generated<readonly number[]>;
  sign_ins_asked: Generated<number>;
  bound_to_second_factor: Generated<boolean>;
  recovered_at: number | null;
  last_method: SecondFactorKind | null;
  signed_in: Generated<boolean>;
  created_at: Generated<number>;
}

export interface FormerUsernameRow {
  id: string;
  account_id: string;
  username: string;
  key: string;
  place: ColumnType<number, never, never>;
  kept_until: number;
}

export interface ContactPointRow {
  id: string;
  account_id: string;
  kind: 'email' | 'phone';
  value: string;
  /** The `key` of `parseEmail`; of a phone the same as `value` (E.164). */
  key: string;
  verified_at: number | null;
  is_primary: Generated<boolean>;
  counts_from: number;
  /** Given up: hears of what happens until then, and proves nothing. */
  veto_until: number | null;
  /** Given up while it was new: it hears nothing, and has no say. */
  silent: Generated<boolean>;
  /** A phone by which no code signs in since then. */
  off_at: number | null;
  created_at: Generated<number>;
}

/** Written by triggers only. */
export interface AccountSearchRow {
  account_id: string;
  kind: 'username' | 'email' | 'phone' | 'name';
  /** `regain_search_key` of what it is. */
  key: string;
  organization_id: string;
  suspended: boolean;
  second_factor: boolean;
  signed_in: boolean;
  recovered_at: number | null;
}

export interface CredentialRow {
  id: string;
  account_id: string;
  kind: CredentialKind;
  state: Generated<CredentialState>;
  label: string;
  created_at: Generated<number>;
  last_used_at: number | null;
  unsettled_until: number | null;
  failures: Generated<number>;
  /** Set exactly when `state` is `removed`. */
  purge_at: number | null;
  password_hash: string | null;
  /** Sealed with context `credential:<id>`. */
  totp_secret: Buffer | null;
  totp_last_step: number | null;
  passkey_id: string | null;
  passkey_public_key: Buffer | null;
  passkey_sign_count: number | null;
  passkey_transports: string[] | null;
  passkey_synced: boolean | null;
  lost_at: number | null;
  /** The state that it had when it was removed. */
  removed_from: Exclude<CredentialState, 'removed'> | null;
  added_ip: string | null;
  added_user_agent: string | null;
}

export interface DeviceRow {
  id: Generated<string>;
  account_id: string;
  device_hash: Buffer;
  ip: string;
  user_agent: string;
  first_seen_at: number;
  last_seen_at: number;
  name: string | null;
  blocked_at: number | null;
  first_ip: string | null;
  seen_notices_at: Generated<number>;
}

export interface JourneyRow {
  id: string;
  kind: JourneyKind;
  goal: Goal | null;
  at_least: Acr | null;
  account_id: string | null;
  organization_id: string;
  policy_version: number;
  interaction_hash: Buffer | null;
  browser_hash: Buffer;
  client_id: string | null;
  locale: Locale;
  proofs: Json<Proof[]>;
  /** Sealed with context `journey:<id>`. */
  private: Buffer;
  version: Generated<number>;
  created_at: number;
  expires_at: number;
  completed_at: number | null;
  ended_at: number | null;
}

export interface OneTimeCodeRow {
  id: string;
  purpose: OneTimeCode['purpose'];
  account_id: string | null;
  journey_id: string | null;
  contact_id: string | null;
  notice_id: string | null;
  /** Sealed with context `code:<id>`. */
  sealed: Buffer | null;
  token_hash: Buffer | null;
  code_hash: Buffer | null;
  tries: Generated<number>;
  created_at: Generated<number>;
  expires_at: number;
  consumed_at: number | null;
}

export interface AttemptRow {
  key: Buffer;
  failures: Generated<number>;
  locked_until: Generated<number>;
  counted_at: Generated<number>;
}

export interface OidcRecordRow {
  model: string;
  id: Buffer;
  /** Sealed with context `oidc:<model>:<id in hex>`. */
  payload: Buffer;
  account_id: string | null;
  client_id: string | null;
  grant_id: Buffer | null;
  session_uid: Buffer | null;
  user_code: Buffer | null;
  consumed_at: number | null;
  expires_at: number | null;
}

export interface SessionProofsRow {
  journey_id: string;
  account_id: string;
  session_uid: Buffer | null;
  proofs: Json<Proof[]>;
  created_at: number;
  device_hash: Buffer | null;
  ip: string | null;
  user_agent: string | null;
}

export interface RestoreCodeRow {
  id: string;
  account_id: string;
  hash: Buffer;
  /** Sealed with context `restore-code:<id>`. */
  sealed: Buffer | null;
  issued_by: RestoreCode['issuedBy'];
  journey_id: string | null;
  created_at: number;
  confirmed_at: number | null;
  unsettled_until: number | null;
}

export interface PairingRow {
  id: string;
  account_id: string;
  session_hash: Buffer;
  key_hash: Buffer;
  browser_hash: Buffer | null;
  created_at: number;
  expires_at: number;
  claimed_at: number | null;
  ip: string | null;
  user_agent: string | null;
  code_hash: Buffer | null;
  tried_at: number | null;
  confirmed_at: number | null;
  ended_at: number | null;
  end_reason: Exclude<Pairing['end'], null> | null;
  credential_id: string | null;
}

export interface RoleRow {
  account_id: string;
  role: Role;
  /** Null: in every organization. */
  organization_id: string | null;
  asleep_since: number | null;
  granted_at: number;
}

export interface EmergencyCodeRow {
  id: string;
  account_id: string;
  code_hash: Buffer;
  uses: number;
  uses_left: number;
  valid_from: number;
  expires_at: number;
  clients: string[] | null;
  highest_acr: Acr;
  issued_by: EmergencyCode['issuedBy'];
  issued_by_account: string | null;
  reason: string | null;
  created_at: number;
  revoked_at: number | null;
}

export interface CodeProposalRow {
  id: string;
  account_id: string;
  half_hash: Buffer;
  uses: number;
  lifetime: number;
  highest_acr: Acr;
  reason: string;
  checks: string[];
  ticket: string | null;
  proposed_by: string;
  proposed_by_name: string;
  proposed_at: number;
  expires_at: number;
  decided_at: number | null;
}

export interface EmergencyRequestRow {
  id: string;
  account_id: string | null;
  organization_id: string;
  token_hash: Buffer;
  stop_hash: Buffer;
  reason: string;
  reach: string;
  ip: string;
  user_agent: string;
  known_browser: boolean;
  created_at: number;
  expires_at: number;
  state: EmergencyRequestState;
  claimed_by: string | null;
  claimed_by_name: string | null;
  answer: string | null;
  decided_at: number | null;
}

export interface NoticeRow {
  id: string;
  account_id: string;
  at: number;
  kind: NoticeKind;
  ip: string;
  user_agent: string;
  device_hash: Buffer | null;
  used: string[];
  added: string[];
  removed: string[];
  told: boolean;
  contested_at: number | null;
  settled_at: number | null;
}

export interface ApplicationAccessRow {
  account_id: string;
  client_id: string;
  scopes: string[];
  claims: string[];
  consented: boolean;
  since: number;
  last_used_at: number;
}

export interface SigningKeyRow {
  kid: string;
  alg: 'ES256' | 'RS256';
  /** Sealed with context `signing-key:<kid>`. */
  sealed: Buffer;
  created_at: number;
  active_from: number;
  retired_at: number | null;
}

export interface AuditLogRow {
  seq: ColumnType<number, number, never>;
  at: number;
  kind: AuditEvent['kind'];
  account_id: string | null;
  organization_id: string | null;
  actor: AuditEvent['actor'];
  ip: string | null;
  user_agent: string | null;
  details: Json<NonNullable<AuditEvent['details']>>;
  prev_hash: Buffer;
  hash: Buffer;
}

export interface OutboxRow {
  id: string;
  channel: 'email' | 'sms';
  account_id: string | null;
  /** Sealed with context `outbox:<id>`. */
  sealed: Buffer | null;
  state: Generated<'queued' | 'sent' | 'failed' | 'expired'>;
  tries: Generated<number>;
  last_error: string | null;
  created_at: number;
  expires_at: number;
  sent_at: number | null;
}
