import { sql } from 'kysely';
import type { OrganizationRegistry } from '../../flows/ports/organizations.ts';
import type { Database } from '../database.ts';
import { organizationRows, registeredFrom } from '../organization-rows.ts';
import { isStorable } from '../text.ts';
import { addVersion } from './policies.ts';

/** Organizations with their first policy. Nodes that run are told by the triggers of the tables. */
export function organizationsOn(db: Database): OrganizationRegistry {
  const byId = (id: string) => organizationRows(db).where('organizations.id', '=', id);
  return {
    async find(id) {
      const row = isStorable(id) ? await byId(id).executeTakeFirst() : undefined;
      return row && registeredFrom(row);
    },
    async lock(id) {
      const row = isStorable(id) ? await byId(id).forUpdate('organizations').executeTakeFirst() : undefined;
      return row && registeredFrom(row);
    },
    async all() {
      const rows = organizationRows(db).orderBy('organizations.name').orderBy('organizations.id');
      return (await rows.execute()).map(registeredFrom);
    },
    async create(organization, policy, publication) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('organizations')
        .values({
          id: organization.id,
          name: organization.name,
          locale: organization.locale,
          support_url: organization.supportUrl,
          policy_version: 1,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) return false;
      await addVersion(db, organization.id, 1, policy, publication);
      return true;
    },
    async change(id, settings) {
      await db
        .updateTable('organizations')
        .set({
          version: sql`version + 1`,
          name: settings.name,
          locale: settings.locale,
          support_url: settings.supportUrl,
          support_email: settings.supportEmail,
          support_phone: settings.supportPhone,
          accent_light: settings.accentLight,
          accent_dark: settings.accentDark,
          sender_name: settings.senderName,
          sender_address: settings.senderAddress,
          sms_name: settings.smsName,
          apps: JSON.stringify(settings.apps),
        })
        .where('id', '=', id)
        .execute();
    },
    async setLogo(id, logo) {
      await db.deleteFrom('logos').where('organization_id', '=', id).execute();
      if (logo) {
        const { plates, ...drawn } = logo;
        await db
          .insertInto('logos')
          .values({ organization_id: id, ...drawn, plates: [...plates] })
          .execute();
      }
      await db.updateTable('organizations').set({ version: sql`version + 1` }).where('id', '=', id).execute();
    },
  };
}
