import { z } from 'zod';
import { verifyLog } from '../../../../flows/administration/log.ts';
import { refuse, render, seeOther } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { LOG, VERIFY } from './paths.ts';

/** Reads the whole log and says whether it is whole: the same as `audit verify`. Only for those who administer the whole installation. */
export const verifyPage = adminPage(
  VERIFY,
  {
    section: 'log',
    get: () => seeOther(LOG),
    async post({ ctx, ports }) {
      ctx.form(z.object({}));
      const done = await verifyLog(ports);
      if (done.outcome === 'refused') return refuse('not-allowed');
      const { state } = done;
      const title = ctx.t(state.ok ? 'admin:verified_title' : 'admin:tampered_title');
      const text = state.ok
        ? ctx.t('admin:verified_text', { rows: new Intl.NumberFormat(ctx.locale).format(state.rows) })
        : ctx.t('admin:tampered_text', { seq: state.seq, why: state.why });
      return render('admin/log/verified', title, { ok: state.ok, text, back: ctx.url(LOG) }, { returnTo: LOG });
    },
  },
  LOG,
);
