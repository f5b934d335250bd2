import { sql } from 'kysely';
import type { AccountKinds, Held } from '../../flows/ports/account-kinds.ts';
import type { Database } from '../database.ts';

/**
 * What an account holds as one sorted array of words, so that accounts are told apart and counted by the database: what arrives here are as
 * many rows as there are sorts of accounts. `builtin:` has the User-Agent behind it.
 */
const HELD = sql`
  select account_id, case
      when kind <> 'passkey' then kind
      when passkey_synced then 'passkey:synced'
      when passkey_transports && '{hybrid,cable}'::text[] then 'passkey:phone'
      when 'internal' = any(passkey_transports) then 'builtin:' || left(coalesce(added_user_agent, ''), 1000)
      when cardinality(passkey_transports) > 0 then 'passkey:security-key'
      else 'passkey:passkey-device'
    end as what
    from credentials where state = 'active'
  union all
  select account_id, case when kind = 'phone' and off_at is not null then 'switched-off-phone' else kind end
    from contact_points where verified_at is not null and veto_until is null
  union all
  select account_id, case issued_by when 'email' then 'mailed-restore-code' else 'restore-code' end
    from restore_codes where confirmed_at is not null`;

interface Row {
  readonly holds: readonly string[];
  readonly bound: boolean;
  readonly with_role: boolean;
  readonly restore_forbidden: boolean;
  readonly accounts: number;
}

/** The `AccountKinds` port. */
export function accountKindsOn(db: Database): AccountKinds {
  return {
    async of(organizationId) {
      const { rows } = await sql<Row>`
        with each as (
          select a.id, a.bound_to_second_factor as bound, a.restore_forbidden,
            exists (select from roles r where r.account_id = a.id) as with_role,
            coalesce(array_agg(h.what order by h.what) filter (where h.what is not null), '{}') as holds
          from accounts a left join (${HELD}) h on h.account_id = a.id
          where a.organization_id = ${organizationId} and a.suspended_at is null and a.frozen_at is null
          group by a.id
        )
        select holds, bound, with_role, restore_forbidden, count(*)::integer as accounts
        from each group by holds, bound, with_role, restore_forbidden`.execute(db);
      return rows.map((row) => ({
        holds: row.holds.map(heldFrom),
        bound: row.bound,
        withRole: row.with_role,
        restoreForbidden: row.restore_forbidden,
        accounts: row.accounts,
      }));
    },
    async aside(organizationId) {
      const { aside } = await db
        .selectFrom('accounts')
        .select((eb) => eb.fn.countAll<number>().as('aside'))
        .where('organization_id', '=', organizationId)
        .where((eb) => eb.or([eb('suspended_at', 'is not', null), eb('frozen_at', 'is not', null)]))
        .executeTakeFirstOrThrow();
      return aside;
    },
  };
}

const WORDS = [
  'password',
  'totp',
  'email',
  'phone',
  'switched-off-phone',
  'restore-code',
  'mailed-restore-code',
] as const;
/** Facts that say where a passkey is, for those whose browser does not matter. */
const PLACED: Readonly<Record<string, { readonly synced: boolean; readonly transports: readonly string[] }>> = {
  'passkey:synced': { synced: true, transports: [] },
  'passkey:phone': { synced: false, transports: ['hybrid'] },
  'passkey:security-key': { synced: false, transports: ['usb'] },
  'passkey:passkey-device': { synced: false, transports: [] },
};
const BUILT_IN = 'builtin:';

function heldFrom(word: string): Held {
  if (word.startsWith(BUILT_IN))
    return { what: 'passkey', synced: false, transports: ['internal'], userAgent: word.slice(BUILT_IN.length) };
  const placed = PLACED[word];
  if (placed) return { what: 'passkey', ...placed, userAgent: '' };
  const what = WORDS.find((one) => one === word);
  if (!what) throw new Error(`an account holds what is not known: ${word}`);
  return { what };
}
