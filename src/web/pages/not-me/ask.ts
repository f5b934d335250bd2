import type { Contestable } from '../../../flows/contest.ts';
import { type Answer, type PageSettings, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { circumstances, inOneLine, namesOfAdded, needsOf, whatHappened } from './words.ts';

/** Where the page is, and how it is answered. */
export interface Asking {
  /** `/path`: of the page and of its form. */
  readonly path: string;
  /** The two digits of the e-mail are typed; else the session says who it is, and ends with it. */
  readonly digits: boolean;
}

/** The fields of its checkboxes. */
export const ALSO = 'also-';

/**
 * "Wasn't this you?": what was done, the way back before anything else, what will happen, and what else may not have been the owner (SPEC
 * X3). Those are ticked that were likely the same hand's; a form that came back keeps what was ticked.
 */
export function showAsk(
  ctx: PageContext,
  { account, notice, others, waysBack }: Contestable,
  { path, digits }: Asking,
  ticked: readonly string[] | undefined,
  settings: PageSettings = {},
): Answer {
  const { t } = ctx;
  const likely = others.filter((other) => other.likely !== null).map((other) => other.notice);
  const added = namesOfAdded(
    t,
    account,
    [notice, ...likely].flatMap((act) => act.added),
  );
  const browsers = [notice, ...likely].some(({ deviceHash }) => deviceHash !== null);
  const locals = {
    username: account.username,
    rows: circumstances(ctx, notice),
    needs: needsOf(ctx, waysBack),
    happens: [
      digits ? t('not-me:happens_1') : `${t('not-me:happens_1')} ${t('not-me:happens_own')}`,
      t('not-me:happens_2'),
      ...(added.length > 0 ? [t('not-me:happens_added', { what: listed(ctx, added) })] : []),
      ...(browsers ? [t('not-me:happens_browser')] : []),
    ],
    others: others.slice(0, MOST).map((other) => ({
      name: `${ALSO}${other.notice.id}`,
      value: 'yes',
      text: whatHappened(t, other.notice.kind),
      hint: inOneLine(ctx, other.notice),
      checked: ticked ? ticked.includes(other.notice.id) : other.likely !== null,
    })),
    digits,
    action: ctx.url(path),
    support: ctx.brand.supportHref,
  };
  return render('not-me/not-me', t('not-me:title'), locals, { returnTo: path, ...settings });
}

/** The others are in the activity, each with its own way to be contested. */
const MOST = 12;

/** Ids of the acts that are ticked in the form. */
export function tickedIn(fields: Readonly<Record<string, string>>): string[] {
  return Object.keys(fields)
    .filter((name) => name.startsWith(ALSO))
    .map((name) => name.slice(ALSO.length));
}

function listed({ locale }: Pick<PageContext, 'locale'>, names: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}
