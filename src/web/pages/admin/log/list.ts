import { AUDIT_KINDS } from '../../../../domain/audit-event.ts';
import type { LogLine } from '../../../../flows/ports/log.ts';
import { whenOf } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { seqIn } from '../../account/activity/activity.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { userPath } from '../users/paths.ts';
import { ENTRY, EXPORT, LOG, VERIFY } from './paths.ts';
import { ACTORS, type Narrowed, understood } from './query.ts';
import { kindName, lineOf, namesIn } from './words.ts';

const PER_PAGE = 50;
const LONGEST = 254;

/** "Audit log": who did what to whom and when, the newest first, narrowed by each of these; and whether the chain ends as it should (issue 5.9). */
export const logPage = adminPage(LOG, {
  section: 'log',
  async get(desk) {
    const { ctx, ports } = desk;
    const { t } = ctx;
    const typed = typedIn(ctx);
    const { query, wrong } = await understood(desk, typed);
    const { lines, newer, older } = wrong.length > 0 ? NOTHING : await pageOf(desk, query);
    const names = await namesIn(ctx, lines);
    const to = (key: 'before' | 'after', seq: number | undefined) =>
      seq === undefined
        ? undefined
        : ctx.url(`${LOG}?${new URLSearchParams([...filled(typed), [key, String(seq)]]).toString()}`);
    const kinds = AUDIT_KINDS.map((value) => ({ value, text: kindName(t, value) }));
    return render(
      'admin/log/list',
      t('admin:log'),
      {
        typed,
        actors: ACTORS.map((value) => ({ value, text: t(`admin:actor_${value}`) })),
        kinds: kinds.toSorted((a, b) => a.text.localeCompare(b.text, ctx.locale)),
        end: await ports.store.log.end(),
        whole: query.scope === null,
        table: tableOf(desk, lines, names),
        pager: { newer: to('after', newer), older: to('before', older) },
        verify: ctx.url(VERIFY),
        export: ctx.url(EXPORT),
        values: Object.fromEntries(filled(typed)),
      },
      { errors: wrong.map((field) => ({ field, text: t(`admin:log_wrong_${field}`) })), status: 200 },
    );
  },
});

const NOTHING = { lines: [], newer: undefined, older: undefined };

function typedIn(ctx: PageContext): Narrowed {
  const read = (name: string) => (ctx.query(name) ?? '').trim().slice(0, LONGEST);
  return { user: read('user'), by: read('by'), kind: read('kind'), from: read('from'), to: read('to') };
}

const filled = (typed: Narrowed): [string, string][] => Object.entries(typed).filter(([, value]) => value !== '');

type Query = Awaited<ReturnType<typeof understood>>['query'];

/** One more is read than is shown, to know whether another page follows. A newer page that is not full is the newest one. */
async function pageOf({ ctx, ports }: Desk, query: Query) {
  const before = seqIn(ctx.query('before'));
  const after = before === undefined ? seqIn(ctx.query('after')) : undefined;
  const read = (place: { before?: number; after?: number }) =>
    ports.store.log.page({ ...query, ...place, limit: PER_PAGE + 1 });
  const newerOnes = after === undefined ? [] : await read({ after });
  if (newerOnes.length > PER_PAGE) {
    const lines = newerOnes.slice(1);
    return { lines, newer: lines[0]?.seq, older: lines.at(-1)?.seq };
  }
  const all = await read(before === undefined ? {} : { before });
  const lines = all.slice(0, PER_PAGE);
  return {
    lines,
    newer: before === undefined ? undefined : lines[0]?.seq,
    older: all.length > PER_PAGE ? lines.at(-1)?.seq : undefined,
  };
}

function tableOf({ ctx, ports }: Desk, lines: readonly LogLine[], names: ReadonlyMap<string, string>) {
  const { t, locale } = ctx;
  return {
    label: t('admin:log'),
    columns: [t('admin:log_what'), t('admin:log_about'), t('admin:log_when'), t('admin:log_who'), ''],
    empty: t('admin:log_none'),
    rows: lines.map((line) => {
      const { what, lines: hints, who, where } = lineOf(t, line, names);
      const about = line.username ?? (line.accountId === null ? (line.organizationId ?? '') : t('admin:gone'));
      return [
        { text: what, hint: hints },
        line.username !== null && line.accountId !== null
          ? { actions: [{ text: about, href: ctx.url(userPath(line.accountId)) }] }
          : about,
        { when: whenOf(locale, line.at, ports.now()) },
        { text: who, hint: where ? [where] : [] },
        { actions: [{ text: t('admin:log_details'), href: ctx.url(ENTRY.replace(':seq', String(line.seq))) }] },
      ];
    }),
  };
}
