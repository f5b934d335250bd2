import type { Client } from '../flows/ports/provider.ts';
import { OWN_METADATA } from './client-metadata.ts';

/** Before the id of an application: that application as one that can only be tried. */
const PREFIX = 'regain-test.';

export const isTestClient = (clientId: string): boolean => clientId.startsWith(PREFIX);
export const testClientId = (clientId: string): string => `${PREFIX}${clientId}`;
export const triedClientId = (testId: string): string => testId.slice(PREFIX.length);

/** Where a test sign-in ends: a page of ours that shows what the application would be told. */
export const testRedirectUri = (issuerUrl: string, clientId: string): string =>
  `${issuerUrl}/test-sign-in/${encodeURIComponent(clientId)}`;

/**
 * An application as a test sign-in meets it: its name, its organization, whom it admits and what it asks for at least, so that the sign-in is the real one.
 * But it ends at our own page and nothing is issued (`response_type=none`), so that nothing can be taken from it and nothing is to be consented to.
 * Undefined for one that signs nobody in, or is suspended.
 */
export function testClientOf(client: Client, issuerUrl: string): Client | undefined {
  const types = client.metadata['response_types'];
  if (client.suspended || !(Array.isArray(types) && types.includes('code'))) return undefined;
  const minimum = client.metadata[OWN_METADATA.minimumAcr];
  return {
    ...client,
    id: testClientId(client.id),
    metadata: {
      redirect_uris: [testRedirectUri(issuerUrl, client.id)],
      response_types: ['none'],
      grant_types: [],
      token_endpoint_auth_method: 'none',
      ...(minimum !== undefined && { [OWN_METADATA.minimumAcr]: minimum }),
    },
    secretHash: null,
    firstParty: true,
  };
}
