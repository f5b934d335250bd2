import type { NotAllowed } from '../../../flows/account/act.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import { type Answer, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';
import { throughProvider } from '../../frame/through-provider.ts';

/** A form that was opened in somebody else's session of this browser: nothing of it is done. */
export function showSomebodyElse(ctx: PageContext, username: string): Answer {
  return render('account/somebody-else', ctx.t('account:somebody_else_title'), { username }, { status: 409 });
}

/**
 * What a page shows in place of an act that may not be done now, by itself or because a flow said so. `path`: the page with its form; the
 * browser comes back there after signing in again.
 */
export function notAllowed(ctx: PageContext, path: string, { verdict }: NotAllowed): Answer {
  switch (verdict.verdict) {
    case 'session-over':
      return throughProvider(ctx, 'regain-account', path);
    case 'step-up':
      return throughProvider(ctx, 'regain-account', path, { acr: verdict.acr, maxAge: verdict.maxAge });
    case 'wait':
      return render(
        'account/wait',
        ctx.t('account:wait_title'),
        { until: formatDateTime(ctx.locale, verdict.until) },
        { status: 403 },
      );
    case 'refuse':
      return render('account/last-factor', ctx.t('account:last_factor_title'), {}, { status: 409 });
  }
}
