import { z } from 'zod';
import { exportActivity } from '../../../../flows/account/export-activity.ts';
import { bytes } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { namesOf, showActivity } from './activity.ts';
import { csvOf } from './csv.ts';
import { groupNamed, isShownEntry, kindsOf, type ShownEntry } from './placed.ts';
import { tell } from './words.ts';

const schema = z.object({ show: field(32) });

/** The list as it is narrowed now, as a file for a spreadsheet. */
export const exportPage = consolePage(
  '/account/activity/export',
  {
    section: 'activity',
    async post(ctx, owner) {
      const { show } = ctx.form(schema);
      const group = groupNamed(show);
      const done = await exportActivity(ctx.ports, owner, kindsOf(group));
      if (done.outcome === 'not-allowed') return notAllowed(ctx, '/account/activity', done);
      if (done.outcome === 'refused') {
        const slow = tooOften(ctx, done, 'activity:export_too_often');
        return showActivity(ctx, owner.account, group, { ...slow, returnTo: '/account/activity' });
      }
      const entries = done.entries.filter(isShownEntry);
      const clients = await namesOf(ctx, entries);
      const { t } = ctx;
      const head = ['time', 'column_what', 'details', 'ip', 'device'] as const;
      const rows = [
        head.map((column) => t(`activity:${column}`)),
        ...entries.map((entry) => rowOf(ctx, entry, clients)),
      ];
      return bytes(Buffer.from(csvOf(rows)), {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${t('activity:file')}-${dayOf(ctx.ports.now())}.csv"`,
      });
    },
  },
  '/account/activity',
);

/** "2026-11-22", in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function rowOf({ t }: PageContext, entry: ShownEntry, clients: ReadonlyMap<string, string>): string[] {
  const { what, lines, device } = tell(t, entry, clients);
  const time = new Date(entry.at).toISOString().slice(0, 19).replace('T', ' ');
  return [time, what, lines.join('; '), entry.ip ?? '', device];
}
