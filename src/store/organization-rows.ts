import type { Selectable } from 'kysely';
import type { RegisteredOrganization } from '../flows/ports/organizations.ts';
import type { Database } from './database.ts';
import type { LogoRow, OrganizationRow } from './schema.ts';

type Row = Selectable<OrganizationRow> & { [Column in 'hash' | 'width' | 'height' | 'plates']: LogoRow[Column] | null };

/** Organizations with what is known of their logos, without the pixels. */
export function organizationRows(db: Database) {
  return db
    .selectFrom('organizations')
    .leftJoin('logos', 'logos.organization_id', 'organizations.id')
    .selectAll('organizations')
    .select(['logos.hash', 'logos.width', 'logos.height', 'logos.plates']);
}

export function registeredFrom(row: Row): RegisteredOrganization {
  const { hash, width, height, plates } = row;
  return {
    id: row.id,
    name: row.name,
    locale: row.locale,
    supportUrl: row.support_url,
    supportEmail: row.support_email,
    supportPhone: row.support_phone,
    accentLight: row.accent_light,
    accentDark: row.accent_dark,
    senderName: row.sender_name,
    senderAddress: row.sender_address,
    smsName: row.sms_name,
    apps: row.apps ?? [],
    version: row.version,
    createdAt: row.created_at,
    logo:
      hash === null || width === null || height === null || plates === null ? null : { hash, width, height, plates },
  };
}

/** The form of a logo's hash; nothing else is asked for. */
export const isHash = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

export async function logoOf(db: Database, hash: string): Promise<Buffer | undefined> {
  const row = await db.selectFrom('logos').select('png').where('hash', '=', hash).limit(1).executeTakeFirst();
  return row?.png;
}
