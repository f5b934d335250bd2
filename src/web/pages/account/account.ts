import type { Account } from '../../../flows/ports.ts';
import { formatDate, formatDateTime } from '../../../i18n/dates.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';
import { consolePage, ownerOf } from './console-page.ts';
import { isConsolePath } from './sections.ts';

/** Where password managers look for the place to change a password (W3C Change Password URL): the account console. */
export const changePasswordPage = page('/.well-known/change-password', { get: () => seeOther('/account') });

const yourAccount = consolePage('/account', {
  section: 'account',
  get: (ctx, { account, session }) => show(ctx, account, session.at),
});

/**
 * "Your account", and where a sign-in for the console comes back to: `state` says for which page it was. An `error` beside it: the person did
 * not want to, or could not reach what is asked; they are not sent in a circle.
 */
export const accountPage = page('/account', {
  async get(ctx) {
    const state = ctx.query('state');
    const back = state !== undefined && isConsolePath(state) ? state : undefined;
    if (ctx.query('error') === undefined)
      return back !== undefined && back !== '/account' ? seeOther(back) : answerOf(yourAccount.get?.(ctx));
    const owner = await ownerOf(ctx);
    const view = owner ? 'account/not-confirmed' : 'account/signed-out';
    const title = ctx.t(owner ? 'account:not_confirmed_title' : 'account:title');
    return render(view, title, { again: ctx.url(back ?? '/account') }, { returnTo: '/account' });
  },
});

async function answerOf(answer: Answer | Promise<Answer> | undefined): Promise<Answer> {
  return (await answer) ?? seeOther('/account');
}

async function show(ctx: PageContext, account: Account, signedInAt: number): Promise<Answer> {
  const { t, locale } = ctx;
  const name = [account.givenName, account.familyName].filter(Boolean).join(' ');
  const factors = account.credentials
    .filter((held) => held.state === 'active')
    .map((held) =>
      t('account:since', { what: t(`receipt:kind_${held.kind}`), date: formatDate(locale, held.createdAt) }),
    );
  const contacts = account.contacts.map((contact) =>
    contact.verifiedAt === null ? t('account:unverified', { value: contact.value }) : contact.value,
  );
  return render('account/account', t('account:title'), {
    rows: [
      ...(name ? [{ key: t('account:name'), value: name }] : []),
      { key: t('account:username'), value: account.username },
      { key: t('account:contacts'), value: contacts },
      { key: t('account:ways'), value: factors },
      { key: t('account:signed_in'), value: formatDateTime(locale, signedInAt) },
    ],
    signOut: ctx.url('/session/end'),
  });
}
