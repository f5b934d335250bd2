import type Provider from 'oidc-provider';
import type { LogoutNotice } from '../flows/ports/jobs.ts';

/**
 * Tells one application that a session has ended (OpenID Connect Back-Channel Logout 1.0, 2.5). Nothing to do for one that did
 * not ask to be told, or is gone. Throws when it does not answer 200 or 204.
 */
export async function tellLogout(provider: Provider, { clientId, accountId, sid }: LogoutNotice): Promise<void> {
  const client: unknown = await provider.Client.find(clientId);
  if (canBeTold(client)) await client.backchannelLogout(accountId, sid);
}

interface ToldClient {
  backchannelLogout(sub: string, sid: string): Promise<unknown>;
}

/** `backchannelLogout` is missing in the types (FEASIBILITY 1). */
function canBeTold(client: unknown): client is ToldClient {
  return (
    typeof client === 'object' &&
    client !== null &&
    'backchannelLogout' in client &&
    'backchannelLogoutUri' in client &&
    client.backchannelLogoutUri !== undefined
  );
}
