import type { TellableClaims, Told } from '../../../flows/ports/interactions.ts';
import type { TextKey } from '../../../i18n/translate.ts';
import { type Answer, refuse, render, seeOther } from '../../frame/answer.ts';
import { type Page, type PageContext, page } from '../../frame/page.ts';

/**
 * A test sign-in to an application (issue 5.8): a real one, by the application's own rules, that ends here in place of the application and shows what it
 * would receive. It is shown to whoever signed in, and is about them alone. The provider comes back with `state`, or with an `error`.
 */
export const testSignInPage: Page = page('/test-sign-in/:client', {
  async get(ctx) {
    const { client } = ctx.params;
    const name = await ctx.clientName(client);
    if (name === undefined) return refuse('not-found');
    await ctx.knowing({ clientId: client });
    const error = ctx.query('error');
    if (error === undefined && ctx.query('state') === undefined) return seeOther(ctx.interactions.testUrl(client));
    const told = error === undefined ? await ctx.interactions.told(ctx, client) : undefined;
    return told ? showTold(ctx, name, told) : showNone(ctx, name, error);
  },
});

function showTold(ctx: PageContext, name: string, { idToken, userinfo }: Told): Answer {
  const { t } = ctx;
  const locals = {
    name,
    idToken: Object.entries(idToken).map(([key, value]) => ({ key, value: written(value) })),
    userinfo: userinfo.map(({ scope, claims }) => ({
      key: scope,
      value: linesOf(claims) ?? t('registered:test_nothing'),
    })),
  };
  return render('test-sign-in/told', t('registered:test_title', { name }), locals, { wide: true });
}

function linesOf(claims: TellableClaims): readonly string[] | undefined {
  const lines = Object.entries(claims).map(([name, value]) => `${name}: ${written(value)}`);
  return lines.length > 0 ? lines : undefined;
}

const written = (value: TellableClaims[string]): string => (Array.isArray(value) ? value.join(', ') : String(value));

const REASONS: Readonly<Record<string, TextKey>> = {
  access_denied: 'registered:test_denied',
  unmet_authentication_requirements: 'registered:test_unmet',
};

function showNone(ctx: PageContext, name: string, error: string | undefined): Answer {
  const { t } = ctx;
  // What stands in the address may have been written by anybody: only what can be a code is repeated.
  const code = error !== undefined && /^[a-z_]{1,60}$/.test(error) ? error : undefined;
  const locals = {
    text: t(code === undefined ? 'registered:test_not_signed_in' : (REASONS[code] ?? 'registered:test_failed'), {
      name,
    }),
    rows: code === undefined ? [] : [{ key: 'error', value: code }],
    again: ctx.interactions.testUrl(ctx.params['client'] ?? ''),
  };
  return render('test-sign-in/none', t('registered:test_none_title', { name }), locals);
}
