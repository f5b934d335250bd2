import { Client } from 'pg';

/**
 * Many accounts, made in the database at once: "nora.meier.123" with a name, an address and a number, every tenth without a second factor, every
 * thousandth suspended, every five hundredth recovered today, every twentieth never signed in. Triggers that only repeat for each row what is
 * written here for all are off meanwhile.
 */
export async function addCrowd(url: string, many: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(crowd(many));
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

const GIVEN = ['Nora', 'Éloïse', 'Jean-Luc', 'Ada', 'Samuel', 'Zoé', 'Björn', 'Maria', 'Wei', 'Olu', 'Anna', 'Tom'];
const FAMILY = [
  'Meier',
  'O’Neill',
  'Favre',
  'Lovelace',
  'Nguyen',
  'Dubois',
  'Åström',
  'Rossi',
  'Li',
  'Adeyemi',
  'Müller',
];

const crowd = (many: number) => `
  begin;
  set local session_replication_role = replica;
  create temp table crowd on commit drop as
    select gen_random_uuid() as id, n, g as given, f as family,
      regain_search_key(g) || '.' || regain_search_key(f) || '.' || n as username, '+41' || (7000000000 + n) as phone
    from generate_series(1, ${many}) n, lateral (
      select (array[${quoted(GIVEN)}])[1 + n % ${GIVEN.length}] as g, (array[${quoted(FAMILY)}])[1 + n % ${FAMILY.length}] as f
    ) names;
  insert into accounts (id, organization_id, username, username_key, given_name, family_name, locale, suspended_at,
      recovered_at, signed_in, bound_to_second_factor)
    select id, 'default', username, username, given, family, 'en', case when n % 1000 = 0 then 1 end,
      case when n % 500 = 0 then regain_now() end, n % 20 <> 0, true from crowd;
  insert into contact_points (id, account_id, kind, value, key, verified_at, is_primary, counts_from)
    select gen_random_uuid(), id, 'email', username || '@example.com', username || '@example.com', 1, true, 0 from crowd
    union all select gen_random_uuid(), id, 'phone', phone, phone, 1, true, 0 from crowd;
  insert into credentials (id, account_id, kind, label, totp_secret)
    select gen_random_uuid(), id, 'totp', '', 'x' from crowd where n % 10 <> 0;
  insert into account_search (account_id, kind, key, organization_id, suspended, second_factor, signed_in, recovered_at)
    select id, k.kind, k.key, 'default', n % 1000 = 0, n % 10 <> 0, n % 20 <> 0, case when n % 500 = 0 then regain_now() end
    from crowd, lateral (values
      ('username', username), ('email', username || '@example.com'), ('phone', phone),
      ('name', regain_search_key(given || ' ' || family)), ('name', regain_search_key(family || ' ' || given))
    ) k (kind, key)
    order by k.kind, k.key;
  commit;`;

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
