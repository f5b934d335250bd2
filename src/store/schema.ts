import type { Generated } from 'kysely';
import type {
  AccountRow,
  AccountSearchRow,
  ApplicationAccessRow,
  ContactPointRow,
  CredentialRow,
  DeviceRow,
  FormerUsernameRow,
} from './rows/accounts.ts';
import type { CodeProposalRow, EmergencyCodeRow, EmergencyRequestRow, RestoreCodeRow } from './rows/codes.ts';
import type { AttemptRow, JourneyRow, OneTimeCodeRow, PairingRow, RecoveryRow } from './rows/journeys.ts';
import type {
  AcceptedFindingRow,
  ApiRow,
  ClientRow,
  LockOutDayRow,
  LogoRow,
  OrganizationRow,
  PolicyDraftRow,
  PolicyRow,
  RoleRow,
} from './rows/organizations.ts';
import type { OidcRecordRow, SessionProofsRow, SignalRow, SignalStreamRow, SigningKeyRow } from './rows/provider.ts';
import type { AuditLogRow, DailyCountRow, NoticeRow, OutboxRow } from './rows/records.ts';

export type * from './rows/accounts.ts';
export type * from './rows/codes.ts';
export type * from './rows/journeys.ts';
export type * from './rows/organizations.ts';
export type * from './rows/provider.ts';
export type * from './rows/records.ts';

/**
 * The rows as they are in PostgreSQL (`migrations/`). Times are milliseconds since the epoch; bigint columns arrive as
 * numbers (`database.ts`).
 */
export interface Schema {
  organizations: OrganizationRow;
  logos: LogoRow;
  policies: PolicyRow;
  accepted_findings: AcceptedFindingRow;
  policy_drafts: PolicyDraftRow;
  clients: ClientRow;
  apis: ApiRow;
  accounts: AccountRow;
  former_usernames: FormerUsernameRow;
  contact_points: ContactPointRow;
  account_search: AccountSearchRow;
  credentials: CredentialRow;
  devices: DeviceRow;
  journeys: JourneyRow;
  recoveries: RecoveryRow;
  one_time_codes: OneTimeCodeRow;
  attempts: AttemptRow;
  rate_limits: { key: string; points: Generated<number>; expire: number | null };
  oidc_records: OidcRecordRow;
  ended_sessions: { session_uid: Buffer; ended_at: number };
  ended_grants: { grant_id: Buffer; ended_at: number };
  session_proofs: SessionProofsRow;
  signing_keys: SigningKeyRow;
  signal_streams: SignalStreamRow;
  signals: SignalRow;
  signal_mutes: { stream_id: string; account_id: string };
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
  daily_counts: DailyCountRow;
  lock_out_days: LockOutDayRow;
}
