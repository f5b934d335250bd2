import type { Generated } from 'kysely';
import type { Acr } from '../../domain/assurance.ts';
import type { JourneyKind } from '../../domain/journey.ts';
import type { Locale } from '../../domain/message.ts';
import type { Goal } from '../../domain/policy.ts';
import type { Proof } from '../../domain/proof.ts';
import type { OneTimeCode, Pairing } from '../../flows/ports.ts';
import type { Json } from './json.ts';

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
  route: string | null;
  origin: string | null;
}

/** Written by triggers only. */
export interface RecoveryRow {
  id: string;
  organization_id: string;
  begun_at: number;
  route: string;
  open_until: number;
  finished_at: number | null;
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
