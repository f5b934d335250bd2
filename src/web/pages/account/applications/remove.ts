import { removeAccess } from '../../../../flows/account/remove-access.ts';
import { render, seeOther } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { consolePage, notAllowed } from '../console-page.ts';
import { say } from '../said.ts';
import { SECTIONS } from '../sections.ts';
import { findNamed, removalPath } from './named.ts';

/** Says what removing an application's access does, and does it. What is removed already is in the list no more. */
export const removeAccessPage = consolePage('/account/applications/:name/remove', {
  section: 'applications',
  get: async (ctx, { account }) => {
    const application = await named(ctx, account.id);
    if (!application) return seeOther(SECTIONS.applications);
    const { name, consented } = application;
    return render('account/remove-access', ctx.t('applications:remove_title', { name }), {
      what: [
        ctx.t('applications:remove_now', { name }),
        ctx.t('applications:remove_there', { name }),
        ctx.t(consented ? 'applications:remove_next' : 'applications:remove_next_not_asked', { name }),
      ],
    });
  },
  post: async (ctx, owner) => {
    const application = await named(ctx, owner.account.id);
    if (!application) return seeOther(SECTIONS.applications);
    const done = await removeAccess(ctx.ports, owner, application.clientId);
    if (done.outcome === 'not-allowed') return notAllowed(ctx, removalPath(application), done);
    if (done.outcome === 'removed')
      say(ctx, 'applications:removed', { name: done.name }, { account: owner.account.id });
    return seeOther(SECTIONS.applications);
  },
});

async function named({ ports, params }: PageContext, accountId: string) {
  const names: Readonly<Record<string, string>> = params;
  return findNamed(await ports.store.applications.of(accountId), names['name'] ?? '');
}
