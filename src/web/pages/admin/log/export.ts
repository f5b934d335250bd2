import { Readable } from 'node:stream';
import { z } from 'zod';
import { beginLogExport } from '../../../../flows/administration/log.ts';
import type { LogLine } from '../../../../flows/ports/log.ts';
import { bytes, refuse, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { CSV_BEGIN, csvLine } from '../../account/activity/csv.ts';
import { dayOf } from '../../account/activity/export.ts';
import { adminPage } from '../admin-page.ts';
import { EXPORT, LOG } from './paths.ts';
import { understood } from './query.ts';

const optional = field(254).optional();
const form = z.object({
  user: optional,
  by: optional,
  kind: optional,
  from: optional,
  to: optional,
  format: z.enum(['csv', 'ndjson']),
});

/** The log as it is narrowed now, oldest first, as long as it is: written while it is read. */
export const exportPage = adminPage(
  EXPORT,
  {
    section: 'log',
    get: () => seeOther(LOG),
    async post(desk) {
      const { ctx, ports } = desk;
      const { format, user = '', by = '', kind = '', from = '', to = '' } = ctx.form(form);
      const { query, wrong } = await understood(desk, { user, by, kind, from, to });
      if (wrong.length > 0) return seeOther(LOG);
      const done = await beginLogExport(ports, query, format);
      if (done.outcome === 'refused') return refuse('not-allowed');
      const isCsv = format === 'csv';
      return bytes(Readable.from(isCsv ? csvOf(done.lines) : ndjsonOf(done.lines)), {
        'content-type': isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8',
        'content-disposition': `attachment; filename="audit-${dayOf(ports.now())}.${format}"`,
      });
    },
  },
  LOG,
);

const COLUMNS = [
  'seq',
  'at',
  'kind',
  'sub',
  'username',
  'organization',
  'actor',
  'ip',
  'user_agent',
  'details',
] as const;

function rowOf(line: LogLine) {
  return {
    seq: line.seq,
    at: new Date(line.at).toISOString(),
    kind: line.kind,
    sub: line.accountId,
    username: line.username,
    organization: line.organizationId,
    actor: line.actor,
    ip: line.ip,
    user_agent: line.userAgent,
    details: line.details,
  };
}

async function* csvOf(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
  yield CSV_BEGIN + csvLine(COLUMNS);
  for await (const line of lines) {
    const row = rowOf(line);
    yield csvLine(
      COLUMNS.map((column) => (column === 'details' ? JSON.stringify(row.details) : String(row[column] ?? ''))),
    );
  }
}

async function* ndjsonOf(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(rowOf(line))}\n`;
}
