import type { Generated } from 'kysely';
import type { Proof } from '../../domain/proof.ts';
import type { SigningAlgorithm } from '../../domain/signing-key.ts';
import type { Json } from './json.ts';

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

export interface SigningKeyRow {
  kid: string;
  alg: SigningAlgorithm;
  /** Sealed with context `signing-key:<kid>`. */
  sealed: Buffer;
  created_at: number;
  active_from: number;
  retired_at: number | null;
  /** What an external signer calls it; null: `sealed` is the private key. */
  reference: string | null;
}

export interface SignalStreamRow {
  id: string;
  client_id: string;
  method: 'push' | 'poll';
  endpoint_url: string | null;
  /** Sealed with context `signal-stream:<id>`. */
  authorization_header: Buffer | null;
  events: string[];
  description: string | null;
  status: Generated<'enabled' | 'paused' | 'disabled'>;
  reason: string | null;
  last_error: string | null;
  busy_until: Generated<number>;
  verified_at: Generated<number>;
  created_at: number;
}

export interface SignalRow {
  seq: Generated<number>;
  id: string;
  stream_id: string;
  account_id: string | null;
  event: string;
  claims: Json<Record<string, string | number>>;
  created_at: number;
}
