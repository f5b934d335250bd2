import { z } from 'zod';
import { DISTANCES, type LockOutReport } from '../../../../domain/lock-out-report.ts';
import { exportLockOut } from '../../../../flows/administration/export-lock-out.ts';
import { bytes, refuse, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { csvOf } from '../../account/activity/csv.ts';
import { dayOf } from '../../account/activity/export.ts';
import { adminPage } from '../admin-page.ts';
import { EXPORT, LOCK_OUT } from './paths.ts';

const form = z.object({ organization: field(254) });

/** The numbers of the report as CSV. */
export const exportPage = adminPage(
  EXPORT,
  {
    section: 'lock-out',
    get: () => seeOther(LOCK_OUT),
    async post({ ctx, ports }) {
      const { organization } = ctx.form(form);
      const done = await exportLockOut(ports, organization);
      // Which organizations there are elsewhere is not told.
      if (done.outcome === 'refused') return refuse('not-allowed');
      return bytes(Buffer.from(csvOf(rowsOf(organization, done))), {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="lock-out-${dayOf(ports.now())}.csv"`,
      });
    },
  },
  LOCK_OUT,
);

/** `share`: a part of 1. `distance` or `lost` says what the row is about; `add`, `left`: what helps most, and how many are left then. */
const COLUMNS = ['organization', 'distance', 'lost', 'accounts', 'share', 'add', 'left'] as const;

function rowsOf(organization: string, { accounts, byDistance, causes }: LockOutReport): readonly (readonly string[])[] {
  const counted = (some: number) => [String(some), accounts === 0 ? '0' : String(Number((some / accounts).toFixed(6)))];
  return [
    COLUMNS,
    ...DISTANCES.map((distance) => [organization, distance, '', ...counted(byDistance[distance]), '', '']),
    ...causes.map(({ lost, accounts: some, help }) => [
      organization,
      '',
      lost ?? 'nothing',
      ...counted(some),
      help?.add ?? '',
      help ? String(help.left) : '',
    ]),
  ];
}
