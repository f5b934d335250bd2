import { type Kysely, sql } from 'kysely';

/** Emergency codes: one that is out per account at most, and what its sessions stand on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table emergency_codes (
      id uuid primary key,
      account_id uuid not null references accounts on delete cascade,
      -- HMAC with a key outside the database: 75 bits.
      code_hash bytea not null check (octet_length(code_hash) = 32),
      uses integer not null check (uses > 0),
      uses_left integer not null check (uses_left between 0 and uses),
      valid_from bigint not null,
      expires_at bigint not null check (expires_at > valid_from),
      -- Null: every application.
      clients text[],
      highest_acr text not null check (highest_acr in ('urn:regain:acr:1', 'urn:regain:acr:2-sms', 'urn:regain:acr:2')),
      issued_by text not null check (issued_by in ('owner', 'cli', 'operator')),
      -- The operator. No reference: the code outlives nobody by it, and the audit log keeps the name.
      issued_by_account uuid,
      reason text,
      created_at bigint not null,
      revoked_at bigint
    );
    create unique index emergency_codes_out on emergency_codes (account_id) where revoked_at is null;
    create index emergency_codes_account on emergency_codes (account_id);
    create index emergency_codes_expiry on emergency_codes (expires_at);

    alter table journeys drop constraint journeys_kind_check;
    alter table journeys add constraint journeys_kind_check
      check (kind in ('sign-in', 'recovery', 'invitation', 'emergency'));
    alter table journeys drop constraint journeys_goal_check;
    alter table journeys add constraint journeys_goal_check check (goal in ('sign-in', 'accept-invitation',
      'reset-password', 'reset-second-factor', 'reset-both', 'lift-freeze', 'emergency-code'));

    -- A policy that was written down before there were emergency codes takes them at a sign-in as the presets do.
    update policies set document = jsonb_set(document, '{routes,sign-in}', (document #> '{routes,sign-in}') ||
      '[{"id": "password-and-emergency-code", "proofs": ["password", "emergency-code"], "when": "bound"}]')
    where not (document #> '{routes,sign-in}') @> '[{"proofs": ["emergency-code"]}]';
  `.execute(db);
}
