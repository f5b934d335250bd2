import { type Selectable, sql } from 'kysely';
import type { CodeProposal, CodeProposals } from '../flows/ports.ts';
import type { Database } from './database.ts';
import type { CodeProposalRow } from './schema.ts';

/** Emergency codes that wait for a second operator. */
export function codeProposalsOn(db: Database): CodeProposals {
  return {
    async add(proposal) {
      await db
        .insertInto('code_proposals')
        .values({
          id: proposal.id,
          account_id: proposal.accountId,
          half_hash: proposal.halfHash,
          uses: proposal.uses,
          lifetime: proposal.lifetime,
          highest_acr: proposal.highestAcr,
          reason: proposal.reason,
          checks: [...proposal.checks],
          ticket: proposal.ticket,
          proposed_by: proposal.proposedBy,
          proposed_by_name: proposal.proposedByName,
          proposed_at: proposal.proposedAt,
          expires_at: proposal.expiresAt,
          decided_at: null,
        })
        .execute();
    },
    async open(accountId, at) {
      const row = await db
        .selectFrom('code_proposals')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('decided_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst();
      return row && proposalFrom(row);
    },
    async queue(scope, at, limit) {
      let query = db
        .selectFrom('code_proposals')
        .innerJoin('accounts', 'accounts.id', 'code_proposals.account_id')
        .selectAll('code_proposals')
        .select('accounts.username')
        .where('decided_at', 'is', null)
        .where('expires_at', '>', at);
      if (scope !== null) query = query.where('accounts.organization_id', '=', sql<string>`any(${[...scope]}::text[])`);
      const rows = await query.orderBy('proposed_at').orderBy('code_proposals.id').limit(limit).execute();
      return rows.map((row) => ({ ...proposalFrom(row), username: row.username }));
    },
    async decide(accountId, id, at) {
      const { numUpdatedRows } = await db
        .updateTable('code_proposals')
        .set({ decided_at: at })
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .where('decided_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async endAll(accountId, at) {
      const { numUpdatedRows } = await db
        .updateTable('code_proposals')
        .set({ decided_at: at })
        .where('account_id', '=', accountId)
        .where('decided_at', 'is', null)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
  };
}

function proposalFrom(row: Selectable<CodeProposalRow>): CodeProposal {
  return {
    id: row.id,
    accountId: row.account_id,
    halfHash: row.half_hash,
    uses: row.uses,
    lifetime: row.lifetime,
    highestAcr: row.highest_acr,
    reason: row.reason,
    checks: row.checks,
    ticket: row.ticket,
    proposedBy: row.proposed_by,
    proposedByName: row.proposed_by_name,
    proposedAt: row.proposed_at,
    expiresAt: row.expires_at,
  };
}
