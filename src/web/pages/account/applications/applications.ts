import type { Application } from '../../../../flows/ports.ts';
import { whenOf } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { whatItMay } from '../../sign-in/may-see.ts';
import { consolePage } from '../console-page.ts';
import { removalPath } from './named.ts';

/** "Applications": which ones have access, what they may see, since when, and when they last used it (issue 3.1; ASVS 10.7.3). */
export const applicationsPage = consolePage('/account/applications', {
  section: 'applications',
  get: async (ctx, { account }) => {
    const applications = await ctx.ports.store.applications.of(account.id);
    return render('account/applications', ctx.t('account:applications'), {
      items: applications.map((application) => rowOf(ctx, application)),
    });
  },
});

/** One application as `parts/rows` shows it. */
function rowOf(ctx: PageContext, application: Application) {
  const { t, locale, ports } = ctx;
  const line = (key: 'applications:since' | 'applications:last_used', at: number) => ({
    text: t(key, { when: '{when}' }),
    when: whenOf(locale, at, ports.now()),
  });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' }).format(whatItMay(t, application));
  return {
    icon: 'app-window',
    name: application.name,
    details: [
      ...(list ? [t('applications:can', { list })] : []),
      ...(application.consented ? [] : [t('applications:not_asked')]),
      line('applications:since', application.since),
      line('applications:last_used', application.lastUsedAt),
    ],
    actions: [{ text: t('applications:remove'), href: ctx.url(removalPath(application)) }],
  };
}
