import type { Client, Clients } from '../flows/ports/provider.ts';

/** Regain's consoles as clients of its own provider (DESIGN rule 8): they hold no session, they ask for one. */
export const ACCOUNT_CLIENT_ID = 'regain-account';
const ADMIN_CLIENT_ID = 'regain-admin';

const OWN = {
  [ACCOUNT_CLIENT_ID]: { own: 'account', path: '/account' },
  [ADMIN_CLIENT_ID]: { own: 'admin', path: '/admin' },
} as const;

/** Whether it is one of Regain's own consoles: no application that somebody gives access to. */
export function isOwnClient(clientId: string): clientId is keyof typeof OWN {
  return Object.hasOwn(OWN, clientId);
}

/** Adds Regain's own clients to those of the database. They stand in the code, because their addresses follow the issuer. */
export function withOwnClients(clients: Clients, issuerUrl: string): Clients {
  return { find: async (id) => (isOwnClient(id) ? ownClient(id, issuerUrl) : clients.find(id)) };
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
