import type { Generated } from 'kysely';
import type { AuthenticatorApp } from '../../domain/branding.ts';
import type { Scheme } from '../../domain/colour.ts';
import type { Locale } from '../../domain/message.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Role } from '../../domain/role.ts';
import type { Json } from './json.ts';

export interface OrganizationRow {
  id: string;
  name: string;
  locale: Locale;
  support_url: string | null;
  policy_version: number;
  created_at: Generated<number>;
  version: Generated<number>;
  support_email: string | null;
  support_phone: string | null;
  accent_light: string | null;
  accent_dark: string | null;
  sender_name: string | null;
  sender_address: string | null;
  sms_name: string | null;
  apps: Json<readonly AuthenticatorApp[]> | null;
}

export interface LogoRow {
  organization_id: string;
  hash: string;
  png: Buffer;
  width: number;
  height: number;
  plates: Scheme[];
}

export interface PolicyRow {
  organization_id: string;
  version: number;
  document: Json<Policy>;
  created_at: Generated<number>;
  published_by: string | null;
  reason: string | null;
  restores: number | null;
}

export interface PolicyDraftRow {
  organization_id: string;
  account_id: string;
  text: string;
  based_on: number;
  saves: Generated<number>;
  saved_at: number;
}

/** Of the version of a policy that was put in force with it. */
export interface AcceptedFindingRow {
  organization_id: string;
  policy_version: number;
  finding: string;
  reason: string;
  accepted_by: string;
  accepted_at: number;
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
  suspended_at: number | null;
  version: Generated<number>;
}

export interface ApiRow {
  id: string;
  identifier: string;
  name: string;
  organization_id: string;
  scopes: Generated<string[]>;
  token_format: 'jwt' | 'opaque';
  minimum_acr: string | null;
  applications: Generated<string[]>;
  created_at: Generated<number>;
  version: Generated<number>;
}

export interface RoleRow {
  account_id: string;
  role: Role;
  /** Null: in every organization. */
  organization_id: string | null;
  asleep_since: number | null;
  granted_at: number;
}

/** How many accounts of an organization stood at each distance from being locked out, on a day. */
export interface LockOutDayRow {
  organization_id: string;
  day: number;
  no_way_back: number;
  one_loss: number;
  two_losses: number;
  farther: number;
}
