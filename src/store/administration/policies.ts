import { type Policy, policySchema } from '../../domain/policy.ts';
import type { PolicyDrafts, PolicyVersions, Publication } from '../../flows/ports/policies.ts';
import type { Database } from '../database.ts';
import { policyInForce } from '../policy-in-force.ts';

const UNKNOWN: Publication = { by: null, reason: null, restores: null };

/** Policies are versions that never change; the organization names the one in force. */
export function policiesOn(db: Database): PolicyVersions {
  const versionsOf = (organizationId: string) =>
    db
      .selectFrom('policies')
      .select(['version', 'document', 'created_at as at', 'published_by as by', 'reason', 'restores'])
      .where('organization_id', '=', organizationId);
  const hold = async (organizationId: string) => {
    // The lock on the organization's row gives versions that are set at the same moment their order.
    const row = await db
      .selectFrom('organizations')
      .select('policy_version')
      .where('id', '=', organizationId)
      .forUpdate()
      .executeTakeFirst();
    return row?.policy_version;
  };
  return {
    hold,
    inForce: (organizationId) => policyInForce(db, organizationId),
    async set(organizationId, policy, publication = UNKNOWN) {
      if ((await hold(organizationId)) === undefined) return undefined;
      const { last } = await db
        .selectFrom('policies')
        .select((eb) => eb.fn.max('version').as('last'))
        .where('organization_id', '=', organizationId)
        .executeTakeFirstOrThrow();
      const version = last + 1;
      await addVersion(db, organizationId, version, policy, publication);
      await db.updateTable('organizations').set({ policy_version: version }).where('id', '=', organizationId).execute();
      return version;
    },
    async find(organizationId, version) {
      const row = await versionsOf(organizationId).where('version', '=', version).executeTakeFirst();
      if (!row) return undefined;
      const { document, ...about } = row;
      const policy = policySchema.parse(document);
      return { ...about, name: policy.name, policy };
    },
    async page(organizationId, { before, limit }) {
      let query = versionsOf(organizationId).orderBy('version', 'desc').limit(limit);
      if (before !== undefined) query = query.where('version', '<', before);
      const rows = await query.execute();
      return rows.map(({ document, ...about }) => ({ ...about, name: document.name }));
    },
    async accept(organizationId, version, accepted) {
      if (accepted.length === 0) return;
      const rows = accepted.map(({ finding, reason, by, at }) => ({
        organization_id: organizationId,
        policy_version: version,
        finding,
        reason,
        accepted_by: by,
        accepted_at: at,
      }));
      await db.insertInto('accepted_findings').values(rows).execute();
    },
    accepted(organizationId, version) {
      return db
        .selectFrom('accepted_findings')
        .select(['finding', 'reason', 'accepted_by as by', 'accepted_at as at'])
        .where('organization_id', '=', organizationId)
        .where('policy_version', '=', version)
        .orderBy('finding')
        .execute();
    },
  };
}

/** Adds a version, in force or not. */
export async function addVersion(
  db: Database,
  organizationId: string,
  version: number,
  policy: Policy,
  { by, reason, restores }: Publication = UNKNOWN,
): Promise<void> {
  await db
    .insertInto('policies')
    .values({
      organization_id: organizationId,
      version,
      document: JSON.stringify(policy),
      published_by: by,
      reason,
      restores,
    })
    .execute();
}

/** The `PolicyDrafts` port. */
export function draftsOn(db: Database): PolicyDrafts {
  return {
    of: (organizationId, accountId) =>
      db
        .selectFrom('policy_drafts')
        .select(['text', 'based_on as basedOn', 'saves', 'saved_at as savedAt'])
        .where('organization_id', '=', organizationId)
        .where('account_id', '=', accountId)
        .executeTakeFirst(),
    async save(organizationId, accountId, { text, basedOn, seen, at }) {
      if (seen === 0) {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('policy_drafts')
          .values({ organization_id: organizationId, account_id: accountId, text, based_on: basedOn, saved_at: at })
          .onConflict((conflict) => conflict.columns(['organization_id', 'account_id']).doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows === 1n;
      }
      const { numUpdatedRows } = await db
        .updateTable('policy_drafts')
        .set({ text, based_on: basedOn, saved_at: at, saves: seen + 1 })
        .where('organization_id', '=', organizationId)
        .where('account_id', '=', accountId)
        .where('saves', '=', seen)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async remove(organizationId, accountId, saves) {
      const query = db
        .deleteFrom('policy_drafts')
        .where('organization_id', '=', organizationId)
        .where('account_id', '=', accountId);
      await (saves === undefined ? query : query.where('saves', '=', saves)).execute();
    },
  };
}
