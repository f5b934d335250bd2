import { maskEmail } from '../../../domain/email-address.ts';
import type { Contestable } from '../../../flows/contest.ts';
import type { OtherAct } from '../../../flows/contestable.ts';
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
 * "Wasn't this you?": what was done, the way back before anything else, and what will happen (SPEC X3). Before the digits are typed whoever
 * found the link reads no more than the message says, and nothing by which the owner calls things; signed in, also what else may not have
 * been the owner (`otherOptions`).
 */
export function showAsk(
  ctx: PageContext,
  { account, notice, others, waysBack }: Contestable,
  { path, digits }: Asking,
  settings: PageSettings = {},
): Answer {
  const { t } = ctx;
  // By the link, what is in the same browser is asked about later (`also.ts`); what was done with what the act added goes with it, asked or not.
  const goes = others.filter(({ likely }) => likely === 'followed' || (likely !== null && !digits));
  const acts = [notice, ...goes.map((other) => other.notice)];
  const added = namesOfAdded(
    t,
    account,
    acts.flatMap((act) => act.added),
    { byName: !digits },
  );
  const browsers = acts.some(({ deviceHash }) => deviceHash !== null);
  const { username } = account;
  const locals = {
    username: digits && username.includes('@') ? maskEmail(username) : username,
    rows: circumstances(ctx, notice),
    needs: needsOf(ctx, waysBack),
    happens: [
      digits ? t('not-me:happens_1') : `${t('not-me:happens_1')} ${t('not-me:happens_own')}`,
      t('not-me:happens_2'),
      ...(added.length > 0 ? [t('not-me:happens_added', { what: listed(ctx, added) })] : []),
      ...(browsers ? [t('not-me:happens_browser')] : []),
    ],
    others: digits ? [] : otherOptions(ctx, others),
    digits,
    action: ctx.url(path),
    support: ctx.brand.supportHref,
  };
  return render('not-me/not-me', t('not-me:title'), locals, { returnTo: path, ...settings });
}

/** So many of those that are not likely; the others are in the activity, each with its own way to be contested. */
const MOST_UNLIKELY = 12;

/** Other acts as checkboxes: those that were likely the same hand's first, all of them and ticked, so that none is pushed out by doing more. */
export function otherOptions(ctx: PageContext, others: readonly OtherAct[]) {
  const likely = others.filter((other) => other.likely !== null);
  const unlikely = others.filter((other) => other.likely === null).slice(0, MOST_UNLIKELY);
  return [...likely, ...unlikely].map(({ notice, likely: why }) => ({
    name: `${ALSO}${notice.id}`,
    value: 'yes',
    text: whatHappened(ctx.t, notice.kind),
    hint: inOneLine(ctx, notice),
    checked: why !== null,
  }));
}

/** Ids of the acts that are ticked in the form. */
export function tickedIn(fields: Readonly<Record<string, string>>): string[] {
  return Object.keys(fields)
    .filter((name) => name.startsWith(ALSO))
    .map((name) => name.slice(ALSO.length));
}

function listed({ locale }: Pick<PageContext, 'locale'>, names: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}
