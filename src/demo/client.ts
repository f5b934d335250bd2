import type { AdministrationPorts } from '../flows/ports/administration.ts';
import type { Clients } from '../flows/ports/provider.ts';

export const DEMO_CLIENT_ID = 'demo-application';

/**
 * The demo application as a client. Its secret is made from the master key, so that it is the same at each start and stands
 * nowhere; its addresses are the ones it has now.
 */
export async function demoClient(
  ports: AdministrationPorts & { readonly clients: Clients },
  url: string,
): Promise<{ clientId: string; clientSecret: string }> {
  const clientSecret = ports.crypto.hashCode('demo-client', DEMO_CLIENT_ID, url).toString('base64url');
  if (!(await ports.clients.find(DEMO_CLIENT_ID))) {
    await ports.store.clients.create({
      id: DEMO_CLIENT_ID,
      name: 'Demo application',
      organizationId: 'default',
      metadata: {
        redirect_uris: [`${url}/callback`],
        post_logout_redirect_uris: [`${url}/`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        backchannel_logout_uri: `${url}/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
      secretHash: ports.crypto.hashToken(clientSecret),
      firstParty: false,
      admitsOthers: false,
    });
  }
  return { clientId: DEMO_CLIENT_ID, clientSecret };
}
