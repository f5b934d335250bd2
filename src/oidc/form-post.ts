import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OidcDependencies } from './dependencies.ts';
import { exchangeOf, write } from './pages.ts';

/** What oidc-provider escapes in an attribute. */
const ESCAPED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&#96;': '`',
};

/**
 * OAuth 2.0 Form Post Response Mode 1.0, on a page of ours in place of the library's, which has its text in English alone and stands there white. Its answer
 * is read off that page: there is no other place that has it.
 */
export function postOnOurPage(
  provider: Provider,
  { pages, clients }: Pick<OidcDependencies, 'pages' | 'clients'>,
): void {
  provider.use(async (ctx: Context, next) => {
    await next();
    const oidc: KoaContextWithOIDC['oidc'] | undefined = ctx['oidc'];
    if (!oidc || !['authorization', 'resume'].includes(oidc.route) || oidc.params?.['response_mode'] !== 'form_post')
      return;
    const form = typeof ctx.body === 'string' ? readForm(ctx.body) : undefined;
    if (!form) return;
    const client = oidc.client && (await clients.find(oidc.client.clientId));
    const uiLocales = oidc.params?.['ui_locales'];
    const locales = typeof uiLocales === 'string' ? uiLocales : undefined;
    write(ctx, await pages.formPost(exchangeOf(ctx), { ...form, client, uiLocales: locales }));
  });
}

function readForm(html: string): { action: string; fields: Readonly<Record<string, string>> } | undefined {
  const action = /<form method="post" action="([^"]*)">/.exec(html)?.[1];
  if (action === undefined || !html.includes('<title>Submitting Callback</title>')) return undefined;
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g);
  const fields = Array.from(inputs, ([, name = '', value = '']) => [name, unescaped(value)] as const);
  return { action: unescaped(action), fields: Object.fromEntries(fields) };
}

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39|#x27|#96);/g, (one) => ESCAPED[one] ?? one);
