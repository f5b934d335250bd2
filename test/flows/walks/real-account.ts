import type { Holding } from '../../../src/domain/proof-of-policy/account-kind.ts';
import { type AccountKind, belongingsOf, idsOf } from '../../../src/domain/proof-of-policy/account-kind.ts';
import { passkey, password, totp } from '../../store/fixture.ts';
import { addRestoreCode } from '../../support/restore-codes.ts';
import type { OneTransaction } from './one-transaction.ts';

/** An account in the database, and under which id each thing stands there that the proof knows by its holding. */
export interface RealAccount {
  readonly id: string;
  readonly username: string;
  readonly ids: ReadonlyMap<string, string>;
}

export interface Whose {
  readonly organizationId: string;
  readonly kind: AccountKind;
  /** Helps others in its organization. */
  readonly operator: boolean;
}

const PHONES: readonly Holding[] = ['phone', 'switched-off-phone'];

/** An account of this kind, everything verified and settled, from long ago. */
export async function realAccount(
  world: OneTransaction,
  { organizationId, kind, operator }: Whose,
): Promise<RealAccount> {
  const { db, ports } = world;
  const { crypto, store } = ports;
  const id = crypto.uuid();
  const username = `w${crypto.digits(12)}`;
  await db
    .insertInto('accounts')
    .values({
      id,
      organization_id: organizationId,
      username,
      username_key: username,
      locale: 'en',
      bound_to_second_factor: kind.bound,
      created_at: ports.now() - 1_000_000,
    })
    .execute();
  const ids = new Map<string, string>();
  const standing = belongingsOf(kind).standing;
  const contacts: string[] = [];
  const holdings = idsOf(kind.holds).map((name, at) => ({ name, holding: kind.holds[at] }));
  for (const held of standing.credentials) {
    const made = { password, totp, passkey }[held.kind]();
    await store.credentials.add(id, made);
    ids.set(held.id, made.id);
  }
  for (const { name, holding } of holdings) {
    const isPhone = PHONES.some((one) => one === holding);
    if (!isPhone && holding !== 'email') continue;
    const contact = crypto.uuid();
    const value = isPhone ? `+4179${crypto.digits(7)}` : `${name}.${username}@example.com`;
    await db
      .insertInto('contact_points')
      .values({
        id: contact,
        account_id: id,
        kind: isPhone ? 'phone' : 'email',
        value,
        key: value,
        verified_at: 1,
        is_primary: !contacts.includes(isPhone ? 'phone' : 'email'),
        counts_from: 0,
        off_at: holding === 'switched-off-phone' ? 1 : null,
      })
      .execute();
    ids.set(name, contact);
    contacts.push(isPhone ? 'phone' : 'email');
  }
  if (standing.restoreCode) {
    await addRestoreCode(ports, { id }, { issuedBy: standing.restoreCode.byEmail ? 'email' : 'owner' });
    const code = (await store.accounts.load(id))?.restoreCode;
    ids.set(standing.restoreCode.id, code?.id ?? '');
  }
  if (operator)
    await world.administration.store.roles.grant(
      id,
      { role: 'operator', organizationId, asleepSince: null },
      ports.now(),
    );
  return { id, username, ids };
}
