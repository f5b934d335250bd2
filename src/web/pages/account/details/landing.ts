import type { Owner } from '../../../../flows/account/act.ts';
import { passwordOf } from '../../../../flows/account/change-password.ts';
import type { Account } from '../../../../flows/ports.ts';
import { formatDateTime, whenOf } from '../../../../i18n/dates.ts';
import { type Answer, render } from '../../../frame/answer.ts';
import type { PageContext } from '../../../frame/page.ts';
import { closingNotice } from '../closing-notice.ts';
import { contactRows } from '../contacts/list.ts';
import { ADD } from '../contacts/paths.ts';

/** "Your account": what it is known by, each with a link to change it. */
export function showAccount(ctx: PageContext, { account, session }: Owner): Answer {
  const { t, locale } = ctx;
  const change = (path: string, text = t('account:change')) => ({ text, href: ctx.url(path) });
  const name = [account.givenName, account.familyName].filter(Boolean).join(' ');
  return render('account/account', t('account:title'), {
    closing: closingNotice(ctx, account),
    rows: [
      { key: t('account:name'), value: name || t('account:no_name'), act: change('/account/name') },
      { key: t('account:username'), value: account.username, act: change('/account/username') },
      {
        key: t('account:language'),
        value: t(`common:language_${account.locale}`),
        act: change('/account/language'),
      },
      { key: t('account:password'), ...passwordRow(ctx, account) },
      { key: t('account:signed_in'), value: formatDateTime(locale, session.at) },
    ],
    contacts: contactRows(ctx, account),
    addEmail: ctx.url(ADD.email),
    addPhone: ctx.url(ADD.phone),
  });
}

function passwordRow(ctx: PageContext, account: Account) {
  const { t, locale, ports } = ctx;
  const held = passwordOf(account);
  const text = t(held ? 'account:change' : 'account:set');
  const value = held
    ? { text: t('account:password_changed', { when: '{when}' }), when: whenOf(locale, held.createdAt, ports.now()) }
    : t('account:no_password');
  return { value, act: { text, href: ctx.url('/account/password') } };
}
