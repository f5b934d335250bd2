import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Journey } from '../domain/journey.ts';
import { policySchema } from '../domain/policy.ts';
import type { Crypto, Journeys } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { JourneyRow, PolicyRow } from './schema.ts';
import { sha256 } from './text.ts';

/** The part of a journey that nobody needs to search, and that may hold what should not be read: sealed as one. */
type Private = Pick<Journey, 'identifier' | 'interactionUid' | 'request' | 'state'>;

type JourneyFound = Selectable<JourneyRow> & { readonly began: Selectable<PolicyRow>['document'] | null };

const RECEIPT_MS = 3_600_000;

/** Journeys: one row each, advanced by compare-and-set on `version`, bound to the hash of the browser's secret. */
export function journeysOn(db: Database, crypto: Crypto, now: () => number): Journeys {
  const seal = (journey: { readonly id: string } & Private) => {
    const { identifier, interactionUid, request, state } = journey;
    return crypto.seal(
      JSON.stringify({ identifier, interactionUid, request, state } satisfies Private),
      contextOf(journey),
    );
  };
  const journeyFrom = (row: JourneyFound): Journey => {
    const hidden: Private = JSON.parse(crypto.open(row.private, contextOf(row)));
    return { ...openPart(row), ...hidden, ...(row.began !== null && { began: policySchema.parse(row.began) }) };
  };
  // The version that it began with, where the organization has another one in force by now.
  const newest = db
    .selectFrom('journeys')
    .selectAll('journeys')
    .select((eb) =>
      eb
        .selectFrom('policies')
        .innerJoin('organizations', 'organizations.id', 'policies.organization_id')
        .select('policies.document')
        .whereRef('policies.organization_id', '=', 'journeys.organization_id')
        .whereRef('policies.version', '=', 'journeys.policy_version')
        .whereRef('policies.version', '<>', 'organizations.policy_version')
        .as('began'),
    )
    .orderBy('created_at', 'desc')
    .limit(1);

  const openOf = (accountId: string, at: number) =>
    db
      .updateTable('journeys')
      .set({ ended_at: at, version: sql<number>`version + 1` })
      .where('account_id', '=', accountId)
      .where('completed_at', 'is', null)
      .where('ended_at', 'is', null);

  return {
    async create(journey, browserHash) {
      await db
        .insertInto('journeys')
        .values({
          ...changedColumns(journey),
          id: journey.id,
          kind: journey.kind,
          at_least: journey.atLeast,
          interaction_hash: journey.interactionUid === null ? null : sha256(journey.interactionUid),
          browser_hash: browserHash,
          client_id: journey.clientId,
          locale: journey.locale,
          origin: journey.origin ?? null,
          private: seal(journey),
          created_at: journey.createdAt,
        })
        .execute();
      return { ...journey, version: 1, completedAt: null };
    },
    async findSignIn(interactionUid, browserHash, at) {
      const row = await newest
        .where('ended_at', 'is', null)
        .where('interaction_hash', '=', sha256(interactionUid))
        .where('browser_hash', '=', browserHash)
        .where('kind', '=', 'sign-in')
        .where('completed_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst();
      return row && journeyFrom(row);
    },
    async findByBrowser(kind, browserHash, at) {
      const row = await newest
        .where('browser_hash', '=', browserHash)
        .where('kind', '=', kind)
        .where('expires_at', '>', at)
        .executeTakeFirst();
      return row && journeyFrom({ ...row, completed_at: row.completed_at ?? row.ended_at });
    },
    async advance({ began, ...journey }, { browserHash, ...changes }) {
      const same = changes.policyVersion === undefined || changes.policyVersion === journey.policyVersion;
      const walked = { ...journey, ...changes, ...(same && began && { began }), version: journey.version + 1 };
      const { numUpdatedRows } = await db
        .updateTable('journeys')
        .set({
          ...changedColumns(walked),
          ...(browserHash && { browser_hash: browserHash }),
          private: seal(walked),
          version: walked.version,
        })
        .where('id', '=', journey.id)
        .where('version', '=', journey.version)
        .where('completed_at', 'is', null)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return numUpdatedRows === 1n ? walked : undefined;
    },
    async complete(journey, at) {
      const { numUpdatedRows } = await db
        .updateTable('journeys')
        .set({
          completed_at: at,
          // For as long as its browser has the receipt, its pages are there.
          expires_at: sql<number>`greatest(expires_at, ${at + RECEIPT_MS})`,
          version: sql<number>`version + 1`,
        })
        .where('id', '=', journey.id)
        .where('version', '=', journey.version)
        .where('completed_at', 'is', null)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async endOthers(accountId, exceptId, at) {
      const all = openOf(accountId, at);
      await (exceptId === null ? all : all.where('id', '<>', exceptId)).execute();
    },
    async endStandingOn(accountId, ids, at) {
      if (ids.length === 0) return;
      await openOf(accountId, at)
        .where(sql<boolean>`exists (select from jsonb_array_elements(proofs) p where p ->> 'by' = any(${[...ids]}))`)
        .execute();
    },
  };
}

function contextOf({ id }: { readonly id: string }): string {
  return `journey:${id}`;
}

/** The columns that a step may change. */
function changedColumns(
  journey: Pick<Journey, 'goal' | 'accountId' | 'organizationId' | 'policyVersion' | 'proofs' | 'route' | 'expiresAt'>,
) {
  return {
    goal: journey.goal,
    account_id: journey.accountId,
    organization_id: journey.organizationId,
    policy_version: journey.policyVersion,
    proofs: JSON.stringify(journey.proofs),
    route: journey.route ?? null,
    expires_at: journey.expiresAt,
  };
}

function openPart(row: Selectable<JourneyRow>): Omit<Journey, keyof Private | 'began'> {
  return {
    id: row.id,
    kind: row.kind,
    goal: row.goal,
    atLeast: row.at_least,
    accountId: row.account_id,
    organizationId: row.organization_id,
    policyVersion: row.policy_version,
    clientId: row.client_id,
    locale: row.locale,
    proofs: row.proofs,
    ...(row.route !== null && { route: row.route }),
    ...(row.origin !== null && { origin: row.origin }),
    version: row.version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    completedAt: row.completed_at,
  };
}
