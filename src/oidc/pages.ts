import { type ErrorOut, errors, type KoaContextWithOIDC, type Client as ProviderClient } from 'oidc-provider';
import type { Exchange, ProviderPages, ProviderProblem, RenderedPage } from '../flows/ports/interactions.ts';
import type { Client, Clients } from '../flows/ports/provider.ts';

/** oidc-provider's places for pages, filled by those that `web` renders. */
export interface PageCallbacks {
  readonly renderError: (ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) => Promise<void>;
  readonly logoutSource: (ctx: KoaContextWithOIDC) => Promise<void>;
  readonly postLogoutSuccessSource: (ctx: KoaContextWithOIDC) => Promise<void>;
}

export function pageCallbacks(pages: ProviderPages, clients: Clients): PageCallbacks {
  return {
    renderError: async (ctx, out, error) => write(ctx, await pages.error(exchangeOf(ctx), problemOf(ctx, out, error))),
    logoutSource: async (ctx) => {
      const form = {
        action: ctx.oidc.urlFor('end_session_confirm'),
        xsrf: text(ctx.oidc.session?.state?.['secret']) ?? '',
        client: await recordOf(ctx.oidc.client, clients),
        uiLocales: text(ctx.oidc.params?.['ui_locales']),
      };
      write(ctx, await pages.confirmSignOut(exchangeOf(ctx), form));
    },
    postLogoutSuccessSource: async (ctx) => {
      write(ctx, await pages.signedOut(exchangeOf(ctx), await recordOf(ctx.oidc.client, clients)));
    },
  };
}

export function exchangeOf(ctx: Exchange): Exchange {
  return { req: ctx.req, res: ctx.res };
}

export function write(ctx: Pick<KoaContextWithOIDC, 'status' | 'set' | 'body'>, page: RenderedPage): void {
  ctx.status = page.status;
  ctx.set({ ...page.headers });
  ctx.body = page.body;
}

function problemOf(ctx: KoaContextWithOIDC, out: ErrorOut, cause: Error): ProviderProblem {
  const params = ctx.oidc?.params ?? ctx.query;
  return {
    status: cause instanceof errors.OIDCProviderError ? cause.statusCode : 500,
    error: out.error,
    description: out.error_description,
    clientId: ctx.oidc?.client?.clientId,
    uiLocales: text(params['ui_locales']),
    cause,
  };
}

async function recordOf(client: ProviderClient | undefined, clients: Clients): Promise<Client | undefined> {
  return client && clients.find(client.clientId);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
