import type { ColumnType, Generated } from 'kysely';
import type { AuditEvent } from '../../domain/audit-event.ts';
import type { CountKind } from '../../domain/figures.ts';
import type { NoticeKind } from '../../domain/notice.ts';
import type { Json } from './json.ts';

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
  /** Null: a decoy. */
  organization_id: string | null;
}

/** Written by triggers only. */
export interface DailyCountRow {
  organization_id: string;
  day: number;
  kind: CountKind;
  route: string;
  count: number;
}
