import { MOST_LINES } from '../../../../flows/account/export-activity.ts';
import { exportData } from '../../../../flows/account/export-data.ts';
import { type Answer, bytes, type PageSettings, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { dayOf } from '../activity/export.ts';
import { consolePage, notAllowed, unlessAllowed } from '../console-page.ts';
import { tooOften } from '../contacts/refusals.ts';

const PATH = '/account/data/export';

/** A copy of everything, for somebody who has just signed in fully. */
export const exportDataPage = consolePage(PATH, {
  section: 'data',
  get: (ctx, owner) => unlessAllowed(ctx, owner, 'export-data', PATH) ?? show(ctx),

  async post(ctx, owner) {
    const done = await exportData(ctx.ports, owner);
    switch (done.outcome) {
      case 'not-allowed':
        return notAllowed(ctx, PATH, done);
      case 'refused':
        return show(ctx, tooOften(ctx, done, 'contacts:changes_too_often'));
      case 'exported':
        return bytes(Buffer.from(`${JSON.stringify(done.data, null, 2)}\n`), {
          'content-type': 'application/json; charset=utf-8',
          'content-disposition': `attachment; filename="${ctx.t('my-data:file')}-${dayOf(ctx.ports.now())}.json"`,
        });
    }
  },
});

function show(ctx: PageContext, settings: PageSettings = {}): Answer {
  const most = new Intl.NumberFormat(ctx.locale).format(MOST_LINES);
  return render('account/my-data/export', ctx.t('my-data:export_title'), { most }, settings);
}
