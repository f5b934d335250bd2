import { type Kysely, sql } from 'kysely';

/** Keys for PS256 and EdDSA, and keys whose private part is kept elsewhere. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table signing_keys drop constraint signing_keys_alg_check;
    alter table signing_keys add constraint signing_keys_alg_check check (alg in ('RS256', 'ES256', 'PS256', 'EdDSA'));
    -- What an external signer calls the key; "sealed" then holds the public JWK only.
    alter table signing_keys add column reference text;
  `.execute(db);
}
