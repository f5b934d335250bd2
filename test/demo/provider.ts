import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from '../support/sinks.ts';

/** A real OpenID provider without pages: whoever comes is signed in as `alice` at once, or refused when `refuse` is set. */
export async function startProvider(client: { id: string; secret: string; url: string }) {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const seen: Record<string, unknown>[] = [];
  const state = { refuse: false, acr: 'urn:regain:acr:2' };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${client.url}/callback`],
        post_logout_redirect_uris: [`${client.url}/`],
        backchannel_logout_uri: `${client.url}/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [{ ...jwk, kid: 'k', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['a key for a test'] },
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'sid'], profile: ['name'], email: ['email'] },
    acrValues: ['urn:regain:acr:1', 'urn:regain:acr:2'],
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: 'Alice Archer <b>', email: 'alice@example.org' }),
    }),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // loopback is where the demo application is
    fetch: (url, options) => {
      const { dispatcher: _guard, ...rest }: RequestInit & { dispatcher?: unknown } = options ?? {};
      return fetch(url, rest);
    },
  });
  const answer = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/interaction/')) {
      void answer(request, response);
      return;
    }
    void (async () => {
      const { params } = await provider.interactionDetails(request, response);
      seen.push(params);
      const grant = new provider.Grant({ accountId: 'alice', clientId: client.id });
      grant.addOIDCScope(String(params['scope']));
      const result = state.refuse
        ? { error: 'access_denied', error_description: 'not <b>today</b>' }
        : {
            login: { accountId: 'alice', acr: state.acr, amr: ['pwd', 'otp', 'mfa'] },
            consent: { grantId: await grant.save() },
          };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    })();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer,
    /** Parameters of each authorization request that came to an interaction. */
    seen,
    state,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
