import { z } from 'zod';
import {
  type IssueRefusal,
  type IssueWay,
  issueRestoreCode,
} from '../../../../flows/administration/issue-restore-code.ts';
import type { Account } from '../../../../flows/ports.ts';
import type { TextKey } from '../../../../i18n/translate.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage } from '../admin-page.ts';
import { type Desk, may } from '../desk.ts';
import { sealLetter } from './letter.ts';
import { LETTER, RESTORE_CODE, userPath } from './paths.ts';
import { onUser, refusedBy } from './user.ts';

const WAYS: readonly IssueWay[] = ['person', 'phone', 'letter', 'email'];
const form = z.object({ way: field(20).optional(), reason: field() });

/** Whether a restore code can be issued to this person at all, by this operator. */
export function mayIssue(desk: Desk, account: Account): boolean {
  const { policy, restoreForbidden, frozenAt } = account;
  const open = policy.restoreCode.issueBy.length > 0 && !restoreForbidden && frozenAt === null;
  return open && may(desk, 'issue-restore-code', account);
}

/**
 * A restore code for somebody who lost theirs (SPEC S11, S14): how it reaches them, and how it was checked who asks. It is in the answer to the
 * form and nowhere else: shown once, to be handed over, read out or printed as a letter; one that goes by e-mail is not shown at all.
 */
export const restoreCodePage = adminPage(RESTORE_CODE, {
  section: 'users',
  fresh: true,
  get: onUser('issue-restore-code', (desk, account) =>
    mayIssue(desk, account) ? show(desk, account) : seeOther(userPath(account.id)),
  ),
  post: onUser('issue-restore-code', async (desk, account) => {
    const { ctx, ports, operator } = desk;
    const { way = '', reason } = ctx.form(form);
    const by = WAYS.find((one) => one === way);
    if (!by) return show(desk, account, { way, reason }, [{ field: 'way', text: ctx.t('admin:issue_way_missing') }]);
    const done = await issueRestoreCode(ports, account.id, { by, reason });
    if (done.outcome === 'refused') return refused(desk, account, done.reason, { way, reason });
    if (done.sentTo !== undefined) {
      say(ctx, 'admin:said_code_sent', { name: account.username }, { account: operator.account.id });
      return seeOther(userPath(account.id));
    }
    const locals = {
      code: done.code,
      how: ctx.t(HOW[by]),
      letter: {
        action: ctx.url(LETTER.replace(':id', account.id)),
        values: { letter: sealLetter(desk, account, done.code) },
      },
      back: ctx.url(userPath(account.id)),
    };
    const title = ctx.t('admin:issued_title', { name: account.username });
    return render('admin/users/issued', title, locals, { returnTo: userPath(account.id) });
  }),
});

const HOW: Readonly<Record<IssueWay, TextKey>> = {
  person: 'admin:issued_person',
  phone: 'admin:issued_phone',
  letter: 'admin:issued_letter_way',
  email: 'admin:issued_person',
};

interface Given {
  readonly way: string;
  readonly reason: string;
}

function refused(desk: Desk, account: Account, reason: IssueRefusal, given: Given): Answer {
  const { t } = desk.ctx;
  switch (reason) {
    case 'unknown-user':
    case 'not-allowed':
      return refusedBy(reason);
    case 'no-reason':
      return show(desk, account, given, [{ field: 'reason', text: t('admin:reason_missing') }]);
    case 'not-this-way':
      return show(desk, account, given, [{ field: 'way', text: t('admin:issue_not-this-way') }]);
    case 'no-address':
      return show(desk, account, given, [{ field: 'way', text: t('admin:issue_no-address') }]);
    case 'forbidden':
    case 'frozen':
      return refuse('not-allowed');
  }
}

function show({ ctx }: Desk, account: Account, given?: Given, errors: readonly PageError[] = []): Answer {
  const { t } = ctx;
  const open = WAYS.filter((way) => account.policy.restoreCode.issueBy.includes(way));
  const locals = {
    happens: [
      t(account.restoreCode ? 'admin:issue_replaces' : 'admin:issue_first'),
      t('admin:issue_half'),
      t('admin:issue_ends'),
      t('admin:told'),
    ],
    action: ctx.url(userPath(account.id, '/restore-code')),
    back: ctx.url(userPath(account.id)),
    ways: open.map((value) => ({
      value,
      text: t(`admin:issue_by_${value}`),
      hint: t(`admin:issue_by_${value}_hint`),
      checked: value === given?.way || open.length === 1,
    })),
    reason: given?.reason ?? '',
  };
  const title = t('admin:issue_title', { name: account.username });
  return render('admin/users/restore-code', title, locals, { errors, returnTo: userPath(account.id, '/restore-code') });
}
