import type { NewAccount, NewAccounts } from '../../flows/ports/administration.ts';
import type { Database } from '../database.ts';
import { lockIdentifier, takenBy } from '../taken.ts';

/** Makes accounts. Who was first is decided by unique indexes and the trigger `identifier_is_free`, never by a look-up before. */
export function newAccountsOn(db: Database): NewAccounts {
  return {
    async create(account) {
      try {
        await insert(db, account);
      } catch (error) {
        throw takenBy(error) ?? error;
      }
    },
  };
}

async function insert(db: Database, account: NewAccount): Promise<void> {
  // A username with an @ is the account's own address, so this is the only lock.
  for (const { key } of account.contacts.filter(({ kind }) => kind === 'email')) {
    await lockIdentifier(db, key);
  }
  await db
    .insertInto('accounts')
    .values({
      id: account.id,
      organization_id: account.organizationId,
      username: account.username,
      username_key: account.usernameKey,
      given_name: account.givenName,
      family_name: account.familyName,
      locale: account.locale,
    })
    .execute();
  await db
    .insertInto('contact_points')
    .values(
      account.contacts.map((contact) => ({
        id: contact.id,
        account_id: account.id,
        kind: contact.kind,
        value: contact.value,
        key: contact.key,
        verified_at: contact.verifiedAt,
        is_primary: true,
        counts_from: contact.countsFrom,
      })),
    )
    .execute();
}
