import type { Client, Clients } from '../flows/ports-provider.ts';

/** The account console as a client of its own provider (DESIGN rule 8): it holds no session, it asks for one. */
export const ACCOUNT_CLIENT_ID = 'regain-account';

/** Whether it is one of Regain's own consoles: no application that somebody gives access to. */
export function isOwnClient(clientId: string): boolean {
  return clientId === ACCOUNT_CLIENT_ID;
}

/** Adds Regain's own clients to those of the database. They stand in the code, because their addresses follow the issuer. */
export function withOwnClients(clients: Clients, issuerUrl: string): Clients {
  const account: Client = {
    id: ACCOUNT_CLIENT_ID,
    name: 'Regain',
    organizationId: 'default',
    metadata: {
      redirect_uris: [`${issuerUrl}/account`],
      response_types: ['none'],
      grant_types: [],
      token_endpoint_auth_method: 'none',
    },
    secretHash: null,
    firstParty: true,
    own: 'account',
    admitsOthers: true,
  };
  return { find: async (id) => (id === ACCOUNT_CLIENT_ID ? account : clients.find(id)) };
}
