import { z } from 'zod';
import type {
  EmergencyCodeIssueRefusal,
  EmergencyCodeRequest,
} from '../../../../flows/administration/emergency-code-terms.ts';
import { issueEmergencyCode } from '../../../../flows/administration/issue-emergency-code.ts';
import { proposeEmergencyCode } from '../../../../flows/administration/propose-emergency-code.ts';
import type { Account } from '../../../../flows/ports.ts';
import { formatDateTime } from '../../../../i18n/dates.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { adminPage } from '../admin-page.ts';
import { type Desk, may } from '../desk.ts';
import { LONGEST_REASON } from './act.ts';
import { checkName } from './check-name.ts';
import { lifetimesOf, lifetimeText } from './lifetimes.ts';
import { EMERGENCY_CODE, userPath } from './paths.ts';
import { spelled } from './spelling.ts';
import { onUser, refusedBy } from './user.ts';

const LONGEST_TICKET = 80;
/** One box per check of the policy: `check-0` …, each with the name of the check as its value. */
const form = z.record(z.string(), field());

/** Whether an emergency code can be issued to this person at all, by this operator. */
export function mayIssueEmergencyCode(desk: Desk, account: Account): boolean {
  return account.frozenAt === null && account.suspendedAt === null && may(desk, 'issue-emergency-code', account);
}

/**
 * An emergency code for somebody who has lost every second factor (SPEC M6): how it was checked who asks, uses and lifetime within the limits of the
 * policy. It is in the answer to the form and nowhere else, written so that it can be read out.
 */
export const emergencyCodePage = adminPage(EMERGENCY_CODE, {
  section: 'users',
  fresh: true,
  get: onUser('issue-emergency-code', (desk, account) =>
    mayIssueEmergencyCode(desk, account) ? show(desk, account, blank(account)) : seeOther(userPath(account.id)),
  ),
  post: onUser('issue-emergency-code', async (desk, account) => {
    if (!mayIssueEmergencyCode(desk, account)) return seeOther(userPath(account.id));
    const given = readGiven(desk.ctx.form(form));
    return withFourEyes(account) ? propose(desk, account, given) : issue(desk, account, given);
  }),
});

const withFourEyes = ({ policy }: Account): boolean => policy.emergencyCode.operator.fourEyes;

async function issue(desk: Desk, account: Account, given: Given): Promise<Answer> {
  const { ctx } = desk;
  const { t } = ctx;
  const done = await issueEmergencyCode(desk.ports, account.id, requestFrom(given));
  if (done.outcome === 'refused') return refused(desk, account, done.reason, given);
  const locals = {
    code: done.code,
    spelled: spelled(done.code, ctx.locale),
    lines: [
      t('admin:emergency_uses_given', { count: done.uses }),
      t('admin:emergency_until', { until: formatDateTime(ctx.locale, done.expiresAt) }),
    ],
    after: [t('admin:emergency_read_out_how')],
    back: ctx.url(userPath(account.id)),
  };
  const title = t('admin:emergency_issued_title', { name: account.username });
  return render('admin/users/emergency-issued', title, locals, { returnTo: userPath(account.id) });
}

/** The first of two: one half, which opens nothing before a second operator has approved, nor alone after. */
async function propose(desk: Desk, account: Account, given: Given): Promise<Answer> {
  const { ctx } = desk;
  const { t } = ctx;
  const done = await proposeEmergencyCode(desk.ports, account.id, requestFrom(given));
  if (done.outcome === 'refused') return refused(desk, account, done.reason, given);
  const locals = {
    code: done.half,
    spelled: spelled(done.half, ctx.locale),
    lines: [t('admin:half_first'), t('admin:half_waits', { until: formatDateTime(ctx.locale, done.waitsUntil) })],
    after: [t('admin:half_read_out')],
    back: ctx.url(userPath(account.id)),
  };
  const title = t('admin:half_title', { name: account.username });
  return render('admin/users/emergency-issued', title, locals, { returnTo: userPath(account.id) });
}

interface Given {
  readonly checks: readonly string[];
  readonly reason: string;
  readonly ticket: string;
  readonly uses: string;
  readonly lifetime: string;
}

function readGiven(fields: Readonly<Record<string, string>>): Given {
  const checks = Object.entries(fields).flatMap(([name, value]) => (name.startsWith('check-') ? [value] : []));
  const { reason = '', ticket = '', uses = '', lifetime = '' } = fields;
  return { checks, reason, ticket, uses, lifetime };
}

function blank({ policy: { emergencyCode } }: Account): Given {
  const { mostUses, longestLifetime } = emergencyCode.operator;
  const uses = String(Math.min(emergencyCode.uses, mostUses));
  const lifetime = String(Math.min(emergencyCode.lifetime, longestLifetime));
  return { checks: [], reason: '', ticket: '', uses, lifetime };
}

function requestFrom({ checks, reason, ticket, uses, lifetime }: Given): EmergencyCodeRequest {
  const short = ticket.trim().slice(0, LONGEST_TICKET);
  return {
    reason: reason.trim().slice(0, LONGEST_REASON),
    checks,
    // What is no number of the lists is more than any policy gives.
    uses: /^[1-9]\d?$/.test(uses) ? Number(uses) : Number.POSITIVE_INFINITY,
    lifetime: /^[1-9]\d{0,7}$/.test(lifetime) ? Number(lifetime) : Number.POSITIVE_INFINITY,
    ...(short !== '' && { ticket: short }),
  };
}

function refused(
  desk: Desk,
  account: Account,
  reason: EmergencyCodeIssueRefusal | 'not-four-eyes',
  given: Given,
): Answer {
  const { t } = desk.ctx;
  switch (reason) {
    case 'unknown-user':
    case 'not-allowed':
      return refusedBy(reason);
    case 'no-reason':
      return show(desk, account, given, [{ field: 'reason', text: t('admin:reason_missing') }]);
    case 'no-check':
    case 'unknown-check':
      return show(desk, account, given, [{ field: 'check', text: t('admin:emergency_check_missing') }]);
    case 'too-many-uses':
      return show(desk, account, given, [{ field: 'uses', text: t('admin:emergency_too_many') }]);
    case 'too-long':
    case 'over':
      return show(desk, account, given, [{ field: 'lifetime', text: t('admin:emergency_too_long') }]);
    case 'too-strong':
    case 'four-eyes':
    case 'not-four-eyes':
    case 'suspended':
    case 'frozen':
      return refuse('not-allowed');
  }
}

function show({ ctx }: Desk, account: Account, given: Given, errors: readonly PageError[] = []): Answer {
  const { t } = ctx;
  const { operator } = account.policy.emergencyCode;
  const happens = [
    t('admin:emergency_1'),
    ...(account.emergencyCode ? [t('admin:emergency_replaces')] : []),
    ...(withFourEyes(account) ? [t('admin:half_1'), t('admin:half_2')] : [t('admin:emergency_2'), t('admin:told')]),
  ];
  const locals = {
    happens,
    action: ctx.url(userPath(account.id, '/emergency-code')),
    back: ctx.url(userPath(account.id)),
    checks: operator.checks.map((value, index) => ({
      name: `check-${index}`,
      value,
      text: checkName(t, value),
      checked: given.checks.includes(value),
    })),
    given,
    button: t(withFourEyes(account) ? 'admin:half_propose' : 'admin:emergency_submit'),
    uses: Array.from({ length: operator.mostUses }, (_, index) => String(index + 1)).map((value) => ({
      value,
      text: value,
    })),
    lifetimes: lifetimesOf(account.policy.emergencyCode).map((seconds) => ({
      value: String(seconds),
      text: lifetimeText(t, seconds),
    })),
  };
  const returnTo = userPath(account.id, '/emergency-code');
  return render('admin/users/emergency-code', t('admin:emergency_issue_title', { name: account.username }), locals, {
    errors,
    returnTo,
  });
}
