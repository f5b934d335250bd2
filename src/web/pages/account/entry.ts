import type { Acr } from '../../../domain/assurance.ts';
import type { NotAllowed } from '../../../flows/account/act.ts';
import { formatDateTime } from '../../../i18n/dates.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** What a sign-in for the console has to reach. */
export interface Demand {
  readonly acr?: Acr;
  /** Seconds since the oldest proof that counts. */
  readonly maxAge?: number;
}

/**
 * Through the authorization endpoint and back to `path` (DESIGN rule 8): signing in, stepping up and signing in again are the same code
 * for an application and for the console. `state` carries the path; `acr_values` of the console's own client is a requirement.
 */
export function throughProvider(ctx: PageContext, path: string, { acr, maxAge }: Demand = {}): Answer {
  return seeOther(
    ctx.interactions.restartUrl({
      client_id: 'regain-account',
      response_type: 'none',
      scope: 'openid',
      redirect_uri: `${ctx.ports.issuer}/account`,
      state: path,
      ...(acr !== undefined && { acr_values: acr }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
    }),
  );
}

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
      return throughProvider(ctx, path);
    case 'step-up':
      return throughProvider(ctx, path, { acr: verdict.acr, maxAge: verdict.maxAge });
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
