import type { Client, Clients } from '../flows/ports/provider.ts';
import { isTestClient, testClientOf, triedClientId } from './test-client.ts';

/** Regain's consoles as clients of its own provider (DESIGN rule 8): they hold no session, they ask for one. */
export const ACCOUNT_CLIENT_ID = 'regain-account';
const ADMIN_CLIENT_ID = 'regain-admin';

const OWN = {
  [ACCOUNT_CLIENT_ID]: { own: 'account', path: '/account' },
  [ADMIN_CLIENT_ID]: { own: 'admin', path: '/admin' },
} as const;

const isConsole = (clientId: string): clientId is keyof typeof OWN => Object.hasOwn(OWN, clientId);

/** Whether it is one of Regain's own consoles, or a test sign-in: no application that somebody gives access to. */
export function isOwnClient(clientId: string): boolean {
  return isConsole(clientId) || isTestClient(clientId);
}

/** Adds Regain's own clients to those of the database. They stand in the code, because their addresses follow the issuer. */
export function withOwnClients(clients: Clients, issuerUrl: string): Clients {
  return {
    find: async (id) => {
      if (isConsole(id)) return ownClient(id, issuerUrl);
      if (!isTestClient(id)) return clients.find(id);
      const tried = await clients.find(triedClientId(id));
      return tried && testClientOf(tried, issuerUrl);
    },
  };
}

function ownClient(id: keyof typeof OWN, issuerUrl: string): Client {
  const { own, path } = OWN[id];
  return {
    id,
    name: 'Regain',
    organizationId: 'default',
    metadata: {
      redirect_uris: [`${issuerUrl}${path}`],
      response_types: ['none'],
      grant_types: [],
      token_endpoint_auth_method: 'none',
    },
    secretHash: null,
    firstParty: true,
    own,
    admitsOthers: true,
  };
}
