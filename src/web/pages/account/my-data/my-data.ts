import { render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { closingNotice } from '../closing-notice.ts';
import { consolePage } from '../console-page.ts';

const DAY_SECONDS = 86_400;
/** Of `freeze`: what a contested act removed is kept for so long. */
const KEPT_SEALED_DAYS = 90;

/** "My data": a copy of it, what is kept and why, and closing the account (issue 3.8). */
export const myDataPage = consolePage('/account/data', {
  section: 'data',
  get: (ctx, { account }) =>
    render('account/my-data/my-data', ctx.t('my-data:title'), {
      closing: closingNotice(ctx, account),
      days: days(ctx, account.policy.lifetimes.closing / DAY_SECONDS),
      kept: KEPT.map((what) => ({
        key: ctx.t(`my-data:kept_${what}`),
        value: ctx.t(`my-data:kept_${what}_why`, { days: days(ctx, KEPT_SEALED_DAYS) }),
      })),
    }),
});

const KEPT = ['account', 'credentials', 'restore_code', 'browsers', 'messages', 'activity', 'counters'] as const;

const days = ({ t }: PageContext, count: number) => t('my-data:days', { count: Math.ceil(count) });
