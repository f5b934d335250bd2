import { z } from 'zod';
import { seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { SEEN } from '../banner.ts';
import { consolePage } from '../console-page.ts';
import { isConsolePath } from '../sections.ts';

const form = z.object({ until: field(20), back: field(200) });

/** "Understood": this browser shows these notices no more. They stay in the activity, and in other browsers. */
export const seenPage = consolePage(
  SEEN,
  {
    section: 'account',
    get: () => seeOther('/account'),
    async post(ctx, { account, visitor }) {
      const { until, back } = ctx.form(form);
      const at = Number(until);
      if (visitor.deviceHash && Number.isSafeInteger(at) && at <= ctx.ports.now())
        await ctx.ports.store.devices.sawNotices(account.id, visitor.deviceHash, at);
      return seeOther(isConsolePath(back) ? back : '/account');
    },
  },
  '/account',
);
