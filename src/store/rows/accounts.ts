import type { ColumnType, Generated } from 'kysely';
import type { CredentialKind, CredentialState } from '../../domain/credential.ts';
import type { Locale } from '../../domain/message.ts';
import type { SecondFactorKind } from '../../domain/policy.ts';

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
  /** In the pilot group of its organization since then. */
  pilot_since: number | null;
  /** What is missing is not proposed at a sign-in before then; null: it was never put off. */
  onboarding_after: number | null;
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

export interface ApplicationAccessRow {
  account_id: string;
  client_id: string;
  scopes: string[];
  claims: string[];
  consented: boolean;
  since: number;
  last_used_at: number;
}
