import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { DeviceProblem } from '../flows/ports/interactions.ts';
import type { OidcDependencies } from './dependencies.ts';
import { exchangeOf, write } from './pages.ts';

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;
type Dependencies = Pick<OidcDependencies, 'pages' | 'clients'>;

/** oidc-provider's names for what is wrong with a code. */
const PROBLEMS: Readonly<Record<string, DeviceProblem>> = {
  NoCodeError: 'missing',
  NotFoundError: 'unknown',
  ExpiredError: 'expired',
  AlreadyUsedError: 'used',
};

/**
 * RFC 8628. Codes of eight consonants live ten minutes: 34 bits, so that nobody meets one that waits by guessing (5.1). Whoever types one always reads it
 * once more, with who asks and from where, and allows it by a press of a button (5.4: a stranger may have begun it).
 */
export function deviceFlow({ pages, clients }: Dependencies): DeviceFlow {
  return {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    userCodeInputSource: async (ctx, _form, _out, error) => {
      if (error?.name === 'AbortedError') return write(ctx, await pages.device.stopped(exchangeOf(ctx)));
      const typed = error && 'userCode' in error && typeof error.userCode === 'string' ? error.userCode : '';
      const problem = error && (PROBLEMS[error.name] ?? 'fault');
      write(ctx, await pages.device.code(exchangeOf(ctx), { ...formOf(ctx), typed, ...(problem && { problem }) }));
    },
    userCodeConfirmSource: async (ctx, _form, { clientId }, deviceInfo, code) => {
      const client = await clients.find(clientId);
      if (!client) throw new Error('the client of a device code is gone');
      const ip = typeof deviceInfo['ip'] === 'string' ? deviceInfo['ip'] : '';
      write(ctx, await pages.device.confirm(exchangeOf(ctx), { ...formOf(ctx), code, client, ip }));
    },
    successSource: async (ctx) => {
      const client = ctx.oidc.client && (await clients.find(ctx.oidc.client.clientId));
      write(ctx, await pages.device.done(exchangeOf(ctx), client));
    },
  };
}

/**
 * An address that brings its code along (`verification_uri_complete`, 3.3.1): oidc-provider would post it by a script. Here it stands in the field, and is
 * sent by whoever opened the address.
 */
export function fillInCode(provider: Provider, { pages }: Pick<Dependencies, 'pages'>): void {
  provider.use(async (ctx: Context, next) => {
    await next();
    const oidc: KoaContextWithOIDC['oidc'] | undefined = ctx['oidc'];
    const typed = oidc?.params?.['user_code'];
    if (!oidc || oidc.route !== 'code_verification' || ctx.method === 'POST' || typeof typed !== 'string') return;
    write(ctx, await pages.device.code(exchangeOf(ctx), { ...formOf({ oidc }), typed }));
  });
}

function formOf({ oidc }: Pick<KoaContextWithOIDC, 'oidc'>): { action: string; xsrf: string } {
  const secret: unknown = oidc.session?.state?.['secret'];
  return { action: oidc.urlFor('code_verification'), xsrf: typeof secret === 'string' ? secret : '' };
}
