import { type RawBuilder, sql } from 'kysely';
import type { People, PeopleFilter, PeopleQuery, PersonFound } from '../../flows/ports/people.ts';
import type { Database } from '../database.ts';
import { isStorable, isUuid } from '../text.ts';

/** Finds people by the index `account_search_all` or the one of the filter: whatever is asked, it reads about as many rows as it shows. */
export function peopleOn(db: Database): People {
  return {
    async search(query) {
      if (!isStorable(query.typed)) return [];
      const byId = isUuid(query.typed.trim()) ? (await idQuery(query).execute(db)).rows : [];
      // One person, hence one page.
      if (byId.length > 0) return query.after === undefined && query.before === undefined ? byId : [];
      const { rows } = await searchQuery(query).execute(db);
      const backwards = query.after === undefined && isUuid(query.before ?? '');
      return backwards ? rows.toReversed() : rows;
    },
  };
}

/** The keys that sort after every key with the same beginning: none of them has a letter behind this one. */
const LAST = '\u{10ffff}';
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Each as its partial index says it. */
const FILTERS: Readonly<Record<PeopleFilter, (query: PeopleQuery) => RawBuilder<unknown>>> = {
  'no-second-factor': () => sql`not s.second_factor`,
  suspended: () => sql`s.suspended`,
  recovered: ({ recoveredSince }) => sql`s.recovered_at is not null and s.recovered_at >= ${recoveredSince}`,
  'never-signed-in': () => sql`not s.signed_in`,
};

/** Of an account `a` that was found as `hits`. */
const SHOWN = sql`a.id, a.organization_id as "organizationId", a.username, a.given_name as "givenName",
  a.family_name as "familyName", (
    select c.value from contact_points c where c.account_id = a.id and c.kind = 'email' and c.veto_until is null
    order by c.is_primary desc, c.created_at, c.id limit 1
  ) as email, hits.suspended, a.recovered_at as "recoveredAt", hits.second_factor as "secondFactor",
  hits.signed_in as "signedIn", exists (select from roles where account_id = a.id) as "hasRole"`;

/** Whose id was typed, where it is in reach and in the list. */
function idQuery(query: PeopleQuery): RawBuilder<PersonFound> {
  const { typed, filter, scope } = query;
  return sql<PersonFound>`
    with hits as (
      select s.* from account_search s where s.account_id = ${typed.trim()}::uuid and s.kind = 'username'
        and ${scope === null ? sql`true` : sql`s.organization_id = any(${[...scope]}::text[])`}
        and ${filter === undefined ? sql`true` : FILTERS[filter](query)}
    )
    select ${SHOWN} from hits join accounts a on a.id = hits.account_id`;
}

/**
 * In sections, each in the order of its keys: who is found by username, then by address, by number, by name. A section is one probe of the index
 * for each organization, and the next one is begun only where the page is not full by then. Whoever was found in a section stands in no later
 * one. The place where a page begins is looked up anew by the account's id, so that no address stands in the link to it.
 */
export function searchQuery(query: PeopleQuery): RawBuilder<PersonFound> {
  const { after, before, limit, scope } = query;
  const at = [after, before].find((id) => id !== undefined && isUuid(id)) ?? null;
  const backwards = at !== null && at !== after;
  const order = backwards ? sql`desc` : sql`asc`;
  const organizations = scope === null ? sql`(select array_agg(id) from organizations)` : sql`${[...scope]}::text[]`;
  const probes = probesOf(query.typed);
  const sections = probes.map(({ rank }) => section(query, rank, organizations, order));
  return sql<PersonFound>`
    with probe as materialized (
      select rank, kind, regain_search_key(typed) collate "C" as prefix
      from (values ${sql.join(probes.map(({ rank, kind, typed }) => sql`(${rank}::int, ${kind}::text, ${typed}::text)`))})
        probe (rank, kind, typed)
    ), place as materialized (
      select p.rank, s.key from account_search s join probe p on ${matches(sql`s`, sql`p`)}
      where s.account_id = ${at}::uuid order by p.rank, s.key limit 1
    ), wanted as materialized (
      select p.rank, p.kind, ${bound(backwards ? sql`p.prefix` : sql`case p.rank when at.rank then at.key else p.prefix end`)} as low,
        case p.rank when ${backwards ? sql`null` : sql`at.rank`} then ${at}::uuid else ${NOBODY}::uuid end as low_id,
        ${bound(backwards ? sql`case p.rank when at.rank then at.key else p.prefix || ${LAST}::text end` : sql`p.prefix || ${LAST}::text`)} as high,
        case p.rank when ${backwards ? sql`at.rank` : sql`null`} then ${at}::uuid else ${NOBODY}::uuid end as high_id
      from probe p left join place at on true
      where at.rank is null or p.rank ${backwards ? sql`<=` : sql`>=`} at.rank
    ), hits as (
      select * from (${sql.join(backwards ? sections.toReversed() : sections, sql` union all `)}) hit limit ${limit}
    )
    select ${SHOWN} from hits join accounts a on a.id = hits.account_id
    order by hits.rank ${order}, hits.key ${order}, hits.account_id ${order}`;
}

function section(
  query: PeopleQuery,
  rank: number,
  organizations: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { filter, limit } = query;
  return sql`(
    select w.rank, hit.* from wanted w, unnest(${organizations}) organization, lateral (
      select s.key, s.account_id, s.suspended, s.second_factor, s.signed_in from account_search s
      where s.organization_id = organization and s.kind = w.kind
        and (s.key, s.account_id) > (w.low, w.low_id) and (s.key, s.account_id) < (w.high, w.high_id)
        and ${filter === undefined ? sql`true` : FILTERS[filter](query)}
        and not exists (
          select from account_search o join probe p on ${matches(sql`o`, sql`p`)}
          where o.account_id = s.account_id and (p.rank, o.key) < (${rank}::int, s.key))
      order by s.organization_id ${order}, s.kind ${order}, s.key ${order}, s.account_id ${order} limit ${limit}
    ) hit where w.rank = ${rank} order by hit.key ${order}, hit.account_id ${order} limit ${limit})`;
}

interface Probe {
  readonly rank: number;
  readonly kind: 'username' | 'email' | 'phone' | 'name';
  readonly typed: string;
}

/** By what to look: everybody by username; what looks like a number by phone number as well, whether or not its + was typed. */
function probesOf(typed: string): readonly Probe[] {
  if (typed.trim() === '') return [{ rank: 1, kind: 'username', typed: '' }];
  const digits = typed.replaceAll(/[\s().\-/]/g, '').replace(/^00/, '+');
  const isNumber = /^\+?\d{2,15}$/.test(digits);
  return [
    { rank: 1, kind: 'username', typed },
    { rank: 2, kind: 'email', typed },
    ...(isNumber ? [{ rank: 3, kind: 'phone', typed: digits.startsWith('+') ? digits : `+${digits}` } as const] : []),
    { rank: 4, kind: 'name', typed },
  ];
}

const bound = (key: RawBuilder<unknown>) => sql`(${key}) collate "C"`;

function matches(row: RawBuilder<unknown>, by: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${row}.kind = ${by}.kind and ${row}.key >= ${by}.prefix and ${row}.key < ${by}.prefix || ${LAST}::text`;
}
