import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AuditLogRow } from './schema.ts';

export type AuditRow = Selectable<AuditLogRow>;

/** What the first row of the log stands on. */
export const GENESIS = Buffer.alloc(32);

/** SHA-256 over the previous row's hash and this row in canonical form (RFC 8785: no spaces, keys in order). */
export function hashOf(row: Omit<AuditRow, 'hash'>): Buffer {
  const told = {
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    account_id: row.account_id,
    organization_id: row.organization_id,
    actor: row.actor,
    ip: row.ip,
    user_agent: row.user_agent,
    details: row.details,
  };
  return createHash('sha256').update(row.prev_hash).update(canonical(told)).digest();
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
