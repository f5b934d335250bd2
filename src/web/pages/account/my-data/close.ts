import type { Owner } from '../../../../flows/account/act.ts';
import { askToClose } from '../../../../flows/account/ask-to-close.ts';
import { cancelClosing } from '../../../../flows/account/cancel-closing.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageSettings, render, seeOther } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';

const PATH = '/account/data/close';

/** "Close your account?": says first what will happen. It waits in the cooling period after a recovery (SPEC X3). */
export const closePage = consolePage(PATH, {
  section: 'data',
  get: (ctx, owner) =>
    owner.account.closesAt === null
      ? (unlessAllowed(ctx, owner, 'close-account', PATH) ?? show(ctx, owner))
      : seeOther(SECTIONS.data),

  async post(ctx, owner) {
    const done = await askToClose(ctx.ports, owner);
    switch (done.outcome) {
      case 'not-allowed':
        return notAllowed(ctx, PATH, done);
      case 'refused':
        return show(ctx, owner, tooOften(ctx, done, 'contacts:changes_too_often'));
      case 'closing':
        return seeOther(SECTIONS.data);
    }
  },
});

/** "Keep my account": needs the session only. */
export const keepPage = consolePage(
  '/account/data/keep',
  {
    section: 'data',
    async post(ctx, owner) {
      const done = await cancelClosing(ctx.ports, owner);
      if (done.outcome === 'not-allowed') return notAllowed(ctx, SECTIONS.data, done);
      say(ctx, 'my-data:said_kept', {}, { account: owner.account.id });
      return seeOther(SECTIONS.account);
    },
  },
  SECTIONS.data,
);

function show(ctx: PageContext, { account }: Owner, settings: PageSettings = {}): Answer {
  const date = formatDateTime(ctx.locale, ctx.ports.now() + account.policy.lifetimes.closing * 1000);
  return render('account/my-data/close', ctx.t('my-data:close_ask_title'), { date }, settings);
}
