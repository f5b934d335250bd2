import { MOST_LINES } from '../../../../flows/account/export-activity.ts';
import type { Account } from '../../../../flows/ports.ts';
import { whenOf } from '../../../../i18n/dates.ts';
import { type Answer, type PageSettings, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage } from '../console-page.ts';
import { GROUPS, type Group, groupNamed, isShownEntry, kindsOf, noticeOf, PLACED, type ShownEntry } from './placed.ts';
import { clientsIn, tell } from './words.ts';

const PER_PAGE = 25;

/** "Activity": the owner's lines of the audit log, 25 at a time by their number, narrowed to one group where asked (issue 3.3). */
export const activityPage = consolePage('/account/activity', {
  section: 'activity',
  get: (ctx, { account }) => showActivity(ctx, account, groupNamed(ctx.query('show'))),
});

/** The list, narrowed to one group where asked. */
export async function showActivity(
  ctx: PageContext,
  account: Account,
  group: Group | undefined,
  settings: PageSettings = {},
): Promise<Answer> {
  const { t } = ctx;
  const { entries, newer, older } = await pageOf(ctx, account.id, group);
  const clients = await namesOf(ctx, entries);
  const to = (key: 'before' | 'after', seq: number | undefined) =>
    seq === undefined ? undefined : ctx.url(`/account/activity?${query(group, key, seq)}`);
  const locals = {
    group,
    groups: GROUPS.map((value) => ({ value, text: t(`activity:group_${value}`) })),
    table: {
      label: t('activity:title'),
      columns: [t('activity:column_what'), t('activity:column_when'), t('activity:column_where'), ''],
      empty: t(group ? 'activity:empty_group' : 'activity:empty'),
      rows: entries.map((entry) => rowOf(ctx, entry, clients)),
    },
    pager: { newer: to('after', newer), older: to('before', older) },
    most: new Intl.NumberFormat(ctx.locale).format(MOST_LINES),
  };
  return render('account/activity', t('activity:title'), locals, settings);
}

/** Where "This wasn't me" leads: to what stops it where the act can be contested, else to what it means and what to do. */
export function notMineAt(entry: ShownEntry): string {
  const notice = noticeOf(entry);
  return notice === undefined ? `/account/activity/${entry.seq}` : `/account/notices/${notice}/not-me`;
}

/** The names of the applications in these entries. One that is gone has none. */
export async function namesOf(
  { clientName }: Pick<PageContext, 'clientName'>,
  entries: readonly ShownEntry[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const id of clientsIn(entries)) names.set(id, (await clientName(id)) ?? '');
  return names;
}

interface PageOfEntries {
  readonly entries: readonly ShownEntry[];
  /** The number that the next page is newer or older than. */
  readonly newer: number | undefined;
  readonly older: number | undefined;
}

/** One more is read than is shown, to know whether another page follows. A newer page that is not full is the newest one. */
async function pageOf(ctx: PageContext, accountId: string, group: Group | undefined): Promise<PageOfEntries> {
  const before = seqIn(ctx.query('before'));
  const after = before === undefined ? seqIn(ctx.query('after')) : undefined;
  const read = async (range: { before?: number; after?: number }) => {
    const asked = { ...range, kinds: kindsOf(group), limit: PER_PAGE + 1 };
    return (await ctx.ports.store.activity.of(accountId, asked)).filter(isShownEntry);
  };
  const newerOnes = after === undefined ? [] : await read({ after });
  if (newerOnes.length > PER_PAGE) {
    const entries = newerOnes.slice(1);
    return { entries, newer: entries[0]?.seq, older: entries.at(-1)?.seq };
  }
  const all = await read(before === undefined ? {} : { before });
  const entries = all.slice(0, PER_PAGE);
  return {
    entries,
    newer: before === undefined ? undefined : entries[0]?.seq,
    older: all.length > PER_PAGE ? entries.at(-1)?.seq : undefined,
  };
}

/** A number of the log; anything else that stands in the address is no number at all. */
export function seqIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function query(group: Group | undefined, key: 'before' | 'after', seq: number): string {
  return new URLSearchParams({ ...(group && { show: group }), [key]: String(seq) }).toString();
}

function rowOf(ctx: PageContext, entry: ShownEntry, clients: ReadonlyMap<string, string>) {
  const { t, locale, ports } = ctx;
  const { what, lines, where, device } = tell(t, entry, clients);
  return [
    { text: what, icon: PLACED[entry.kind].icon, hint: lines },
    { when: whenOf(locale, entry.at, ports.now()) },
    { text: where, hint: device ? [device] : [] },
    { actions: [{ text: t('activity:not_me'), href: ctx.url(notMineAt(entry)) }] },
  ];
}
