import { sql } from 'kysely';
import type { AccountKinds, Held, NamedAccount } from '../../flows/ports/account-kinds.ts';
import type { Database } from '../database.ts';
import { isUuid } from '../text.ts';

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

/** Of one of `each`: all that tells two accounts apart here. */
const KEY = sql`md5(jsonb_build_array(to_jsonb(each.holds), each.bound, each.with_role, each.restore_forbidden, each.in_pilot)::text)`;
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface Row {
  readonly holds: readonly string[];
  readonly bound: boolean;
  readonly with_role: boolean;
  readonly restore_forbidden: boolean;
  readonly in_pilot: boolean;
  readonly key: string;
  readonly accounts: number;
}

/** The `AccountKinds` port. */
export function accountKindsOn(db: Database): AccountKinds {
  return {
    async of(organizationId) {
      const { rows } = await sql<Row>`
        with each as (
          select a.id, a.bound_to_second_factor as bound, a.restore_forbidden,
            a.pilot_since is not null as in_pilot, exists (select from roles r where r.account_id = a.id) as with_role,
            coalesce(array_agg(h.what order by h.what) filter (where h.what is not null), '{}') as holds
          from accounts a left join (${HELD}) h on h.account_id = a.id
          where a.organization_id = ${organizationId} and a.suspended_at is null and a.frozen_at is null
          group by a.id
        )
        select holds, bound, with_role, restore_forbidden, in_pilot, ${KEY} as key, count(*)::integer as accounts
        from each group by holds, bound, with_role, restore_forbidden, in_pilot`.execute(db);
      return rows.map((row) => ({
        key: row.key,
        holds: row.holds.map(heldFrom),
        bound: row.bound,
        withRole: row.with_role,
        restoreForbidden: row.restore_forbidden,
        inPilot: row.in_pilot,
        accounts: row.accounts,
      }));
    },
    async among(organizationId, keys, after, limit) {
      // One account after the other in the order of the index, so that a page of what is frequent reads little more than it shows.
      const { rows } = await sql<NamedAccount>`
        select a.id, a.username, a.given_name as "givenName", a.family_name as "familyName"
        from accounts a
        cross join lateral (
          select coalesce(array_agg(h.what order by h.what), '{}') as holds, a.bound_to_second_factor as bound,
            a.restore_forbidden, a.pilot_since is not null as in_pilot,
            exists (select from roles r where r.account_id = a.id) as with_role
          from (${HELD}) h where h.account_id = a.id
        ) each
        where a.organization_id = ${organizationId} and a.suspended_at is null and a.frozen_at is null
          and a.id > ${after !== undefined && isUuid(after) ? after : NOBODY}::uuid and ${KEY} = any(${[...keys]}::text[])
        order by a.id limit ${limit}`.execute(db);
      return rows;
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
