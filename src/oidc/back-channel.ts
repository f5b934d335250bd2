import type Provider from 'oidc-provider';
import type { LogoutNotice } from '../flows/ports/jobs.ts';
import type { OidcDependencies } from './dependencies.ts';

type Tell = (this: ToldClient, sub: string, sid: string) => Promise<unknown>;

/** What tells an application at once, by the provider whose clients do it later. */
const atOnce = new WeakMap<Provider, Tell>();

/**
 * A sign-out does not wait for applications: oidc-provider would call each of them before it answers, and once only. Here they are told by jobs, again
 * when they are away, as after every other end of a session (DESIGN rule 9).
 */
export function tellByJobs(provider: Provider, { tellLater }: Pick<OidcDependencies, 'tellLater'>): void {
  const prototype: unknown = provider.Client.prototype;
  if (!canTell(prototype)) throw new Error('oidc-provider has no back-channel logout');
  atOnce.set(provider, Reflect.get(prototype, 'backchannelLogout'));
  prototype.backchannelLogout = function later(this: ToldClient, accountId: string, sid: string): Promise<void> {
    return tellLater({ clientId: this.clientId, accountId, sid });
  };
}

/**
 * Tells one application that a session has ended (OpenID Connect Back-Channel Logout 1.0, 2.5). Nothing to do for one that did
 * not ask to be told, or is gone. Throws when it does not answer 200 or 204.
 */
export async function tellLogout(provider: Provider, { clientId, accountId, sid }: LogoutNotice): Promise<void> {
  const client: unknown = await provider.Client.find(clientId);
  if (canBeTold(client)) await atOnce.get(provider)?.call(client, accountId, sid);
}

interface ToldClient {
  readonly clientId: string;
  backchannelLogout: Tell;
}

/** `backchannelLogout` is missing in the types (FEASIBILITY 1). */
const canTell = (model: unknown): model is ToldClient =>
  typeof model === 'object' && model !== null && 'backchannelLogout' in model;

function canBeTold(client: unknown): client is ToldClient {
  return canTell(client) && 'backchannelLogoutUri' in client && client.backchannelLogoutUri !== undefined;
}
