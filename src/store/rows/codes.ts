import type { Acr } from '../../domain/assurance.ts';
import type { EmergencyCode, EmergencyRequestState, RestoreCode } from '../../flows/ports.ts';

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
