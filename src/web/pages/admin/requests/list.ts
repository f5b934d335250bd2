import { scopeOf } from '../../../../domain/role.ts';
import { whenOf } from '../../../../i18n/dates.ts';
import { render } from '../../../frame/answer.ts';
import { adminPage } from '../admin-page.ts';
import { userPath } from '../users/paths.ts';
import { REQUESTS, requestPath } from './paths.ts';
import { risksOf } from './risks.ts';

/** On one page. There are always others behind it: whoever fills the queue with names must not hide who asks honestly. */
const MOST = 50;

/** "Requests": who asks for an emergency code, the oldest first, with what speaks for looking twice (issue 5.7). */
export const requestsPage = adminPage(REQUESTS, {
  section: 'requests',
  async get(desk) {
    const { ctx, ports, operator } = desk;
    const { t, locale } = ctx;
    const scope = scopeOf(operator.account.roles);
    const found = await ports.store.emergencyRequests.queue(scope, ports.now(), MOST + 1, ctx.query('after'));
    const requests = found.slice(0, MOST);
    const next = found.length > MOST ? `${ctx.url(REQUESTS)}?after=${requests.at(-1)?.id}` : undefined;
    const rows = [];
    for (const request of requests)
      rows.push([
        { text: request.username, hint: await risksOf(desk, request) },
        { when: whenOf(locale, request.createdAt, ports.now()) },
        request.claimedByName ?? t('admin:request_unclaimed'),
        { actions: [{ text: t('admin:open'), href: ctx.url(requestPath(request.id)) }] },
      ]);
    const waiting = await ports.store.codeProposals.queue(scope, ports.now(), MOST);
    const proposals = waiting.length > 0 && {
      label: t('admin:proposals'),
      columns: [t('admin:request_who'), t('admin:proposal_at'), t('admin:proposal_by'), ''],
      empty: '',
      rows: waiting.map((proposal) => [
        proposal.username,
        { when: whenOf(locale, proposal.proposedAt, ports.now()) },
        proposal.proposedByName,
        {
          actions: [{ text: t('admin:open'), href: ctx.url(userPath(proposal.accountId, '/emergency-code/approve')) }],
        },
      ]),
    };
    const table = {
      label: t('admin:requests'),
      columns: [t('admin:request_who'), t('admin:request_since'), t('admin:request_claimed'), ''],
      empty: t('admin:requests_empty'),
      rows,
    };
    return render('admin/requests/list', t('admin:requests'), { table, next, proposals }, { returnTo: REQUESTS });
  },
});
