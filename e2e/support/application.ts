import * as oidc from 'openid-client';
import type { Page } from 'playwright';
import { createClient } from '../../src/flows/administration/create-client.ts';
import type { World } from './world.ts';

/** Another application than the demo: it asks for what the test says, and keeps a refresh token. */
export interface OwnApplication {
  /** Sends the browser to Regain. The browser comes back to a page of the demo application, with the answer in its address. */
  readonly leave: (page: Page, params?: Readonly<Record<string, string>>) => Promise<void>;
  /** What it gets for the code that the browser has come back with. */
  readonly arrived: (page: Page) => Promise<oidc.TokenEndpointResponse>;
  /** The answer to its newest refresh token: true when that is still good. */
  readonly refreshes: (token: string) => Promise<{ readonly ok: boolean; readonly next: string }>;
}

export async function ownApplication({ regain, issuer, app }: World, name: string): Promise<OwnApplication> {
  const redirect = `${app}/`;
  const made = await createClient(regain.context.administration, {
    name,
    organizationId: 'default',
    redirectUris: [redirect],
    postLogoutRedirectUris: [],
    grants: ['authorization_code', 'refresh_token'],
    kind: 'secret',
  });
  if (made.outcome !== 'created') throw new Error(`no client: ${made.reason}`);
  const auth = oidc.ClientSecretBasic(made.clientSecret ?? '');
  const execute = [oidc.allowInsecureRequests];
  const config = await oidc.discovery(new URL(issuer), made.clientId, undefined, auth, { execute });
  let verifier = '';
  return {
    leave: async (page, params = {}) => {
      verifier = oidc.randomPKCECodeVerifier();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: 'openid',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...params,
      });
      await page.goto(url.href);
    },
    arrived: async (page) => {
      await page.waitForURL(({ origin, searchParams }) => origin === app && searchParams.has('code'));
      return oidc.authorizationCodeGrant(config, new URL(page.url()), { pkceCodeVerifier: verifier });
    },
    refreshes: async (token) => {
      try {
        const tokens = await oidc.refreshTokenGrant(config, token);
        return { ok: true, next: tokens.refresh_token ?? token };
      } catch (error) {
        if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return { ok: false, next: '' };
        throw error;
      }
    },
  };
}
