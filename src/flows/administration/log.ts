import { type Refused, refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import type { LogLine, LogQuery, LogState } from '../ports/log.ts';
import { inOrganization } from './on-account.ts';
import { record } from './record.ts';

/** Reads the whole log and says whether it is whole; that somebody looked is written down. It is one chain for all organizations. */
export async function verifyLog(
  ports: AdministrationPorts,
): Promise<{ readonly outcome: 'verified'; readonly state: LogState } | Refused<'not-allowed'>> {
  const state = await ports.store.log.verify();
  return inOrganization(ports, null, 'see-log', async (tx) => {
    const details = state.ok ? { ok: true, rows: state.rows } : { ok: false, first_bad: state.seq, why: state.why };
    await record(ports, tx, { kind: 'audit.verified', details });
    return { outcome: 'verified', state } as const;
  });
}

/**
 * The lines that a query finds, oldest first, to be read while they are written to a file; that they were taken away, and by what they were
 * narrowed, is written down before (ASVS 16.2.1). The query's scope is what the operator administers.
 */
export async function beginLogExport(
  ports: AdministrationPorts,
  query: LogQuery,
  format: 'csv' | 'ndjson',
): Promise<{ readonly outcome: 'begun'; readonly lines: AsyncIterable<LogLine> } | Refused<'not-allowed'>> {
  const { scope, accountId, actor, operatorId, kind, from, to } = query;
  const [first = null, ...others] = scope ?? [null];
  if (scope?.length === 0) return refused('not-allowed');
  const begun = await inOrganization(ports, first, 'export-log', async (tx) => {
    await record(ports, tx, {
      kind: 'audit.exported',
      ...(first !== null && others.length === 0 && { organizationId: first }),
      details: {
        format,
        of: accountId ?? null,
        actor: actor ?? null,
        by_operator: operatorId ?? null,
        kind: kind ?? null,
        from: from === undefined ? null : new Date(from).toISOString(),
        to: to === undefined ? null : new Date(to).toISOString(),
        organizations: scope ?? [],
      },
    });
    return { outcome: 'begun' } as const;
  });
  return begun.outcome === 'refused' ? begun : { outcome: 'begun', lines: ports.store.log.all(query) };
}
