import { z } from 'zod';
import { maskContact } from '../../../../domain/contact.ts';
import {
  type ApprovalRefusal,
  approveEmergencyCode,
  contactFor,
  HALF_WAYS,
  type HalfWay,
} from '../../../../flows/administration/approve-emergency-code.ts';
import { withdrawProposal } from '../../../../flows/administration/propose-emergency-code.ts';
import type { Account, CodeProposal } from '../../../../flows/ports.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageError, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { LONGEST_REASON } from './act.ts';
import { checkName } from './check-name.ts';
import { lifetimeText } from './lifetimes.ts';
import { APPROVE, userPath } from './paths.ts';
import { spelled } from './spelling.ts';
import { onUser, refusedBy } from './user.ts';

const form = z.object({
  proposal: field(64),
  way: field(20).optional(),
  reason: field().optional(),
  decision: z.enum(['approve', 'withdraw']),
});

/**
 * The second of four eyes (SPEC M6): what the first operator checked, and how the second half reaches its owner. Who proposed it sees here that it
 * waits, and can take it back.
 */
export const approvePage = adminPage(APPROVE, {
  section: 'users',
  fresh: true,
  get: onUser('issue-emergency-code', async (desk, account) => {
    const proposal = await desk.ports.store.codeProposals.open(account.id, desk.ports.now());
    return proposal ? show(desk, account, proposal) : seeOther(userPath(account.id));
  }),
  post: onUser('issue-emergency-code', async (desk, account) => {
    const given = desk.ctx.form(form);
    return given.decision === 'approve' ? approve(desk, account, given) : withdraw(desk, account, given);
  }),
});

type Given = z.infer<typeof form>;

async function approve(desk: Desk, account: Account, { proposal, way }: Given): Promise<Answer> {
  const { ctx, ports, operator } = desk;
  const { t } = ctx;
  const by = HALF_WAYS.find((one) => one === way);
  if (!by) return again(desk, account, { field: 'way', text: t('admin:half_way_missing') });
  const done = await approveEmergencyCode(ports, account.id, { id: proposal, way: by });
  if (done.outcome === 'refused') return refused(desk, account, done.reason);
  if (done.half === undefined) {
    say(ctx, 'admin:said_half_sent', { name: account.username }, { account: operator.account.id });
    return seeOther(userPath(account.id));
  }
  const locals = {
    code: done.half,
    spelled: spelled(done.half, ctx.locale),
    lines: [
      t('admin:half_second'),
      t('admin:emergency_uses_given', { count: done.uses }),
      t('admin:emergency_until', { until: formatDateTime(ctx.locale, done.expiresAt) }),
    ],
    after: [t('admin:half_read_out')],
    back: ctx.url(userPath(account.id)),
  };
  const title = t('admin:half_title', { name: account.username });
  return render('admin/users/emergency-issued', title, locals, { returnTo: userPath(account.id) });
}

async function withdraw(desk: Desk, account: Account, { proposal, reason = '' }: Given): Promise<Answer> {
  const { ctx, ports, operator } = desk;
  const why = reason.trim().slice(0, LONGEST_REASON);
  const done = await withdrawProposal(ports, account.id, proposal, why === '' ? {} : { reason: why });
  if (done.outcome === 'refused') return refused(desk, account, done.reason);
  say(ctx, 'admin:said_proposal_withdrawn', { name: account.username }, { account: operator.account.id });
  return seeOther(userPath(account.id));
}

async function again(desk: Desk, account: Account, error: PageError): Promise<Answer> {
  const proposal = await desk.ports.store.codeProposals.open(account.id, desk.ports.now());
  return proposal ? show(desk, account, proposal, [error]) : refused(desk, account, 'decided');
}

function refused(desk: Desk, account: Account, reason: ApprovalRefusal): Answer | Promise<Answer> {
  const { t } = desk.ctx;
  switch (reason) {
    case 'unknown-user':
    case 'not-allowed':
      return refusedBy(reason);
    case 'no-contact':
      return again(desk, account, { field: 'way', text: t('admin:half_no-contact') });
    case 'decided':
    case 'same-person':
    case 'void':
    case 'too-much':
    case 'suspended':
    case 'frozen': {
      const locals = { text: t(`admin:half_refused_${reason}`), back: desk.ctx.url(userPath(account.id)) };
      const title = t('admin:half_refused_title');
      return render('admin/users/nothing-done', title, locals, { status: 409, returnTo: userPath(account.id) });
    }
  }
}

function show(desk: Desk, account: Account, proposal: CodeProposal, errors: readonly PageError[] = []): Answer {
  const { ctx, operator } = desk;
  const { t, locale } = ctx;
  const own = proposal.proposedBy === operator.account.id;
  const rows = [
    { key: t('admin:proposal_by'), value: proposal.proposedByName },
    { key: t('admin:proposal_at'), value: formatDateTime(locale, proposal.proposedAt) },
    { key: t('admin:proposal_until'), value: formatDateTime(locale, proposal.expiresAt) },
    { key: t('admin:proposal_checks'), value: proposal.checks.map((check) => checkName(t, check)) },
    { key: t('admin:proposal_reason'), value: proposal.reason },
    ...(proposal.ticket === null ? [] : [{ key: t('admin:emergency_ticket'), value: proposal.ticket }]),
    { key: t('admin:emergency_uses'), value: String(proposal.uses) },
    { key: t('admin:emergency_lifetime'), value: lifetimeText(t, proposal.lifetime) },
  ].filter(({ value }) => value.length > 0);
  const locals = {
    own,
    rows,
    proposal: proposal.id,
    ways: own ? [] : waysFor(desk, account),
    action: ctx.url(userPath(account.id, '/emergency-code/approve')),
    back: ctx.url(userPath(account.id)),
  };
  const title = t(own ? 'admin:proposal_own_title' : 'admin:proposal_title', { name: account.username });
  return render('admin/users/approve', title, locals, {
    errors,
    returnTo: userPath(account.id, '/emergency-code/approve'),
  });
}

/** Where the second half may go: what counts of the account, in part, and at last the screen. */
function waysFor({ ctx, ports }: Desk, account: Account) {
  const open = HALF_WAYS.flatMap((way): { readonly way: HalfWay; readonly hint: string }[] => {
    if (way === 'screen') return [{ way, hint: ctx.t('admin:half_by_screen_hint') }];
    const contact = contactFor(ports, account, way);
    return contact ? [{ way, hint: maskContact(contact) }] : [];
  });
  return open.map(({ way, hint }) => ({
    value: way,
    text: ctx.t(`admin:half_by_${way}`),
    hint,
    checked: open.length === 1,
  }));
}
