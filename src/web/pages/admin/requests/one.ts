import { z } from 'zod';
import { claimRequest, refuseRequest } from '../../../../flows/administration/emergency-requests.ts';
import type { Account, QueuedRequest } from '../../../../flows/ports.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { browserName, placeName } from '../../account/names.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { type Desk, may } from '../desk.ts';
import { mayIssueEmergencyCode } from '../users/emergency-code.ts';
import { userPath } from '../users/paths.ts';
import { refusedBy } from '../users/user.ts';
import { REQUEST, REQUESTS, requestPath } from './paths.ts';
import { risksOf } from './risks.ts';

const form = z.object({
  want: z.enum(['claim', 'release', 'refuse']),
  answer: field(300).optional(),
  /** Who looked after it when the page was shown. */
  seen: z.uuid().or(z.literal('')).optional(),
});

/**
 * One request: what whoever asks says, what speaks for looking twice, and what to do. Approving is issuing a code, by the page for that: with its
 * checks, and with four eyes where the policy says so; never to the address that stands here.
 */
export const requestPage = adminPage(REQUEST, {
  section: 'requests',
  fresh: true,
  get: (desk) => onRequest(desk, (account, request) => show(desk, account, request)),
  post: (desk) =>
    onRequest(desk, async (account, request) => {
      const { ctx, ports, operator } = desk;
      const { want, answer = '', seen = '' } = ctx.form(form);
      const told = { account: operator.account.id };
      if (want === 'refuse') {
        const done = await refuseRequest(ports, request.id, answer);
        if (done.outcome === 'refused') return refused(desk, account, request, done.reason);
        say(ctx, 'admin:said_request_refused', { name: account.username }, told);
        return seeOther(REQUESTS);
      }
      const claim = { claimed: want === 'claim', inPlaceOf: seen === '' ? null : seen };
      const done = await claimRequest(ports, request.id, claim);
      if (done.outcome === 'refused') return refused(desk, account, request, done.reason);
      say(ctx, want === 'claim' ? 'admin:said_request_claimed' : 'admin:said_request_released', {}, told);
      return seeOther(requestPath(request.id));
    }),
});

async function onRequest(
  desk: Desk,
  handler: (account: Account, request: QueuedRequest) => Answer | Promise<Answer>,
): Promise<Answer> {
  const { store } = desk.ports;
  const request = await store.emergencyRequests.find(desk.ctx.params['request'] ?? '');
  const account = request && (await store.accounts.load(request.accountId));
  if (!account || !may(desk, 'see', account)) return refuse('not-found');
  return may(desk, 'issue-emergency-code', account) ? handler(account, request) : refuse('not-allowed');
}

type Reason = 'unknown-user' | 'not-allowed' | 'decided' | 'no-reason' | 'taken';

async function refused(desk: Desk, account: Account, request: QueuedRequest, reason: Reason): Promise<Answer> {
  const { ctx, ports } = desk;
  if (reason === 'unknown-user' || reason === 'not-allowed') return refusedBy(reason);
  if (reason === 'no-reason')
    return show(desk, account, request, [{ field: 'answer', text: ctx.t('admin:request_answer_missing') }]);
  if (reason === 'taken') {
    const now = (await ports.store.emergencyRequests.find(request.id)) ?? request;
    const name = now.claimedByName ?? ctx.t('admin:request_unclaimed');
    return show(desk, account, now, [{ text: ctx.t('admin:request_taken', { name }) }], 409);
  }
  const locals = { text: ctx.t('admin:request_decided_text'), back: ctx.url(userPath(account.id)) };
  return render('admin/users/nothing-done', ctx.t('admin:half_refused_title'), locals, { status: 409 });
}

async function show(
  desk: Desk,
  account: Account,
  request: QueuedRequest,
  errors: readonly PageError[] = [],
  status?: number,
): Promise<Answer> {
  const { ctx, ports, operator } = desk;
  const { t, locale } = ctx;
  const isOpen = request.state === 'open' && request.expiresAt > ports.now();
  const rows = [
    {
      key: t('admin:request_state'),
      value: t(`admin:request_${isOpen || request.state !== 'open' ? request.state : 'aged'}`),
    },
    { key: t('admin:request_since'), value: formatDateTime(locale, request.createdAt) },
    { key: t('admin:request_until'), value: formatDateTime(locale, request.expiresAt) },
    { key: t('admin:request_reason'), value: request.reason },
    { key: t('admin:request_reach'), value: request.reach },
    { key: t('admin:request_from'), value: [placeName(t, request.ip) ?? '', browserName(t, request)].filter(Boolean) },
    { key: t('admin:request_claimed'), value: request.claimedByName ?? t('admin:request_unclaimed') },
  ];
  const locals = {
    rows,
    risks: await risksOf(desk, request),
    open: isOpen,
    own: request.claimedBy === operator.account.id,
    seen: request.claimedBy ?? '',
    issue:
      isOpen && mayIssueEmergencyCode(desk, account) ? ctx.url(userPath(account.id, '/emergency-code')) : undefined,
    user: ctx.url(userPath(account.id)),
    action: ctx.url(requestPath(request.id)),
    back: ctx.url(REQUESTS),
  };
  const title = t('admin:request_title', { name: account.username });
  return render('admin/requests/one', title, locals, {
    errors,
    returnTo: requestPath(request.id),
    ...(status !== undefined && { status }),
  });
}
