import { z } from 'zod';
import type { AdminAct } from '../../../../domain/administration.ts';
import type { Refused } from '../../../../flows/outcome.ts';
import type { Account } from '../../../../flows/ports.ts';
import type { TextKey, TextValues } from '../../../../i18n/translate.ts';
import { type Answer, type PageError, refuse, render, seeOther } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import { say } from '../../account/said.ts';
import { adminPage, type PageMaker } from '../admin-page.ts';
import type { Desk } from '../desk.ts';
import { userPath } from './paths.ts';
import { onUser, refusedBy } from './user.ts';

/** As much as the log keeps. */
export const LONGEST_REASON = 300;

/** One thing that can be done to an account, on a page of its own that says what will happen before it does (LOOK "Before and after"). */
export interface UserAct<Name extends string = string> {
  readonly name: Name;
  readonly act: AdminAct;
  /** Whether there is anything to do; where not, its page leads back. */
  readonly offered: (account: Account) => boolean;
  /** What will happen, one line each. */
  readonly happens: (desk: Desk, account: Account) => readonly string[] | Promise<readonly string[]>;
  /** False: the log wants no reason. */
  readonly reason: boolean;
  /** Asked besides: radio buttons under `legend`; a form without one of them is sent back with `missing`. */
  readonly choice?: (desk: Desk, account: Account) => Choice | undefined;
  readonly danger: boolean;
  readonly perform: (
    desk: Desk,
    account: Account,
    given: { readonly reason: string; readonly choice: string },
  ) => Promise<Done | Refused<string>>;
}

interface Choice {
  readonly legend: TextKey;
  readonly missing: TextKey;
  readonly options: readonly Option[];
}

interface Option {
  readonly value: string;
  readonly text: string;
  readonly hint?: string;
}

export interface Done {
  readonly said: TextKey;
  readonly values?: TextValues;
}

const form = z.object({ reason: field().optional(), choice: field(40).optional() });

/** The titles, buttons and hints of an act are `admin:act_<name>…`; of what was refused `admin:refused_<reason>`. */
export type ActName =
  | 'suspend'
  | 'resume'
  | 'end-sessions'
  | 're-register'
  | 'forbid-restoring'
  | 'allow-restoring'
  | 'invite'
  | 'revoke-emergency-code'
  | 'confirm-role'
  | 'grant-role'
  | 'revoke-role';

export function actPage(act: UserAct<ActName>): PageMaker {
  const path = `/admin/users/:id/${act.name}`;
  return adminPage(path, {
    section: 'users',
    fresh: true,
    get: onUser(act.act, (desk, account) =>
      act.offered(account) ? show(desk, account, act) : seeOther(userPath(account.id)),
    ),
    post: onUser(act.act, async (desk, account) => {
      const { ctx, operator } = desk;
      const { reason = '', choice = '' } = ctx.form(form);
      const wrong = missing(desk, account, act, { reason, choice });
      if (wrong.length > 0) return show(desk, account, act, { reason, choice }, wrong);
      const done = await act.perform(desk, account, { reason: reason.trim().slice(0, LONGEST_REASON), choice });
      if ('outcome' in done) return refusedAct(desk, account, act, done.reason, { reason, choice });
      say(ctx, done.said, { name: account.username, ...done.values }, { account: operator.account.id });
      return seeOther(userPath(account.id));
    }),
  });
}

interface Given {
  readonly reason: string;
  readonly choice: string;
}

function missing(desk: Desk, account: Account, act: UserAct<ActName>, given: Given): PageError[] {
  const { t } = desk.ctx;
  const choice = act.choice?.(desk, account);
  const isOne = choice?.options.some(({ value }) => value === given.choice) ?? true;
  return [
    ...(isOne ? [] : [{ field: 'choice', text: t(choice?.missing ?? 'admin:choice_missing') }]),
    ...(act.reason && given.reason.trim() === '' ? [{ field: 'reason', text: t('admin:reason_missing') }] : []),
  ];
}

function refusedAct(desk: Desk, account: Account, act: UserAct<ActName>, reason: string, given: Given) {
  if (reason === 'unknown-user' || reason === 'not-allowed') return refusedBy(reason);
  const known = (
    ['set-up', 'no-address', 'suspended', 'frozen', 'none', 'contest-open', 'no-contest', 'helped'] as const
  ).find((one) => one === reason);
  if (!known) return refuse('fault');
  return show(desk, account, act, given, [{ text: desk.ctx.t(`admin:refused_${known}`) }], 409);
}

async function show(
  desk: Desk,
  account: Account,
  act: UserAct<ActName>,
  given?: Given,
  errors: readonly PageError[] = [],
  status?: number,
): Promise<Answer> {
  const { ctx } = desk;
  const { t } = ctx;
  const choice = act.choice?.(desk, account);
  const locals = {
    happens: await act.happens(desk, account),
    action: ctx.url(userPath(account.id, `/${act.name}`)),
    back: ctx.url(userPath(account.id)),
    choice: choice && {
      legend: t(choice.legend),
      options: choice.options.map((option) => ({ ...option, checked: option.value === given?.choice })),
    },
    reason: act.reason && { value: given?.reason ?? '', hint: t('admin:reason_hint') },
    button: { text: t(`admin:act_${act.name}_submit`), kind: act.danger ? 'danger' : 'primary' },
  };
  const title = t(`admin:act_${act.name}_title`, { name: account.username });
  return render('admin/users/act', title, locals, {
    errors,
    returnTo: userPath(account.id, `/${act.name}`),
    ...(status !== undefined && { status }),
  });
}
