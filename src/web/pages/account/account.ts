import type { Account } from '../../../flows/ports.ts';
import { formatDate, formatDateTime } from '../../../i18n/dates.ts';
import { type Answer, render, seeOther } from '../../frame/answer.ts';
import { type PageContext, page } from '../../frame/page.ts';

/** Where password managers look for the place to change a password (W3C Change Password URL): the account console. */
export const changePasswordPage = page('/.well-known/change-password', { get: () => seeOther('/account') });

/**
 * "Your account". It reads the provider's session; where there is none, or one that is not enough, it sends the browser through
 * the authorization endpoint and back (DESIGN rule 8). So far it shows; changing comes with the console.
 */
export const accountPage = page('/account', {
  async get(ctx) {
    const session = await ctx.interactions.session(ctx);
    const account = session && (await ctx.ports.store.accounts.load(session.accountId));
    if (session && account) return show(ctx, account, session.at);
    // Coming back with an error: the person did not want to sign in, or cannot reach what is required, and is not sent in a circle.
    if (ctx.query('error') !== undefined) return render('account/signed-out', ctx.t('account:title'), {});
    return seeOther(
      ctx.interactions.restartUrl({
        client_id: 'regain-account',
        response_type: 'none',
        scope: 'openid',
        redirect_uri: `${ctx.ports.issuer}/account`,
      }),
    );
  },
});

async function show(ctx: PageContext, account: Account, signedInAt: number): Promise<Answer> {
  await ctx.knowing({ account: account.locale, organizationId: account.organizationId });
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
