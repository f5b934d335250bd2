import { scopeOf } from '../../../../domain/role.ts';
import { refuse, render } from '../../../frame/answer.ts';
import { seqIn } from '../../account/activity/activity.ts';
import { adminPage } from '../admin-page.ts';
import { ENTRY, LOG } from './paths.ts';
import { lineOf, namesIn } from './words.ts';

/** One line with everything that it holds, in the words of the log itself. */
export const entryPage = adminPage(ENTRY, {
  section: 'log',
  async get({ ctx, ports, operator }) {
    const seq = seqIn(ctx.params['seq']);
    const scope = scopeOf(operator.account.roles, 'admin');
    const line = seq === undefined ? undefined : await ports.store.log.find(scope, seq);
    if (!line) return refuse('not-found');
    const { t } = ctx;
    const { what, who } = lineOf(t, line, await namesIn(ctx, [line]));
    const rows = [
      row(t('admin:entry_number'), String(line.seq)),
      row(t('admin:entry_time'), new Date(line.at).toISOString()),
      row(t('admin:entry_kind'), line.kind),
      row(t('admin:entry_who'), who),
      row(t('admin:entry_user'), [line.username, line.accountId].filter(Boolean).join(' · ')),
      row(t('admin:entry_organization'), line.organizationId),
      row(t('admin:entry_ip'), line.ip),
      row(t('admin:entry_agent'), line.userAgent),
      Object.entries(line.details).flatMap(([key, value]) => row(key, plainly(value))),
    ].flat();
    return render(
      'admin/log/entry',
      what,
      { rows, back: ctx.url(LOG) },
      { returnTo: ENTRY.replace(':seq', String(seq)) },
    );
  },
});

/** A row, where there is something to say. */
function row(key: string, value: string | null) {
  return value === null || value === '' ? [] : [{ key, value }];
}

function plainly(value: string | number | boolean | null | readonly string[]): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}
