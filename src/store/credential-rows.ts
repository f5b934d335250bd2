import type { Insertable, Selectable } from 'kysely';
import type { Credential, NewCredential } from '../flows/ports.ts';
import type { CredentialRow } from './schema.ts';
import { LONGEST_IP, LONGEST_USER_AGENT, plainText } from './text.ts';

/** A row of `credentials` as it comes out of a JSON aggregate: bytes in base64. */
export type CredentialJson = Omit<
  Selectable<CredentialRow>,
  'account_id' | 'purge_at' | 'totp_secret' | 'passkey_public_key'
> & { totp_secret: string | null; passkey_public_key: string | null };

/** The credential that a row holds. Throws when the row is not whole, which the table's CHECKs rule out. */
export function credentialFrom(row: CredentialJson): Credential {
  const common = {
    id: row.id,
    state: row.state,
    label: row.label,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    unsettledUntil: row.unsettled_until,
    failures: row.failures,
    lostAt: row.lost_at,
    ...(row.removed_from !== null && { removedFrom: row.removed_from }),
    addedFrom: row.added_ip === null ? null : { ip: row.added_ip, userAgent: row.added_user_agent ?? '' },
  };
  if (row.kind === 'password') return { ...common, kind: 'password', hash: whole(row.password_hash) };
  if (row.kind === 'totp') {
    return { ...common, kind: 'totp', sealedSecret: bytes(row.totp_secret), lastStep: row.totp_last_step };
  }
  return {
    ...common,
    kind: row.kind satisfies 'passkey',
    webauthnId: whole(row.passkey_id),
    publicKey: bytes(row.passkey_public_key),
    signCount: whole(row.passkey_sign_count),
    transports: whole(row.passkey_transports),
    synced: whole(row.passkey_synced),
  };
}

/** The columns of a new credential. */
export function credentialRow(accountId: string, credential: NewCredential, now: number): Insertable<CredentialRow> {
  const common = {
    id: credential.id,
    account_id: accountId,
    kind: credential.kind,
    label: credential.label,
    created_at: now,
    unsettled_until: credential.unsettledUntil,
    added_ip: credential.addedFrom ? plainText(credential.addedFrom.ip, LONGEST_IP) : null,
    added_user_agent: credential.addedFrom ? plainText(credential.addedFrom.userAgent, LONGEST_USER_AGENT) : null,
  };
  if (credential.kind === 'password') return { ...common, password_hash: credential.hash };
  if (credential.kind === 'totp') {
    return { ...common, totp_secret: credential.sealedSecret, totp_last_step: credential.lastStep };
  }
  return {
    ...common,
    passkey_id: credential.webauthnId,
    passkey_public_key: credential.publicKey,
    passkey_sign_count: credential.signCount,
    passkey_transports: [...credential.transports],
    passkey_synced: credential.synced,
  };
}

function whole<T>(value: T | null): T {
  if (value === null) throw new Error('a credential lacks what its kind needs');
  return value;
}

function bytes(base64: string | null): Buffer {
  return Buffer.from(whole(base64), 'base64');
}
