import type { Refused } from '../outcome.ts';
import type { AdministrationPorts } from '../ports/administration.ts';
import { type ClientSettings, kindOf, metadataOf, settingsOf } from './client-settings.ts';
import { type ClientActRefusal, onClient } from './on-client.ts';
import { readClient, type WrongClient } from './read-client.ts';
import { record } from './record.ts';

export interface ClientEdited {
  readonly outcome: 'edited';
  /** What is otherwise than before; nothing: then nothing was written either. */
  readonly changed: readonly string[];
}

/**
 * Sets an application's settings anew; its organization, its id and how it shows that it is itself stay. `settings`: of what it is now, what it is to
 * be. The log keeps what was changed, from what to what.
 */
export function editClient(
  ports: AdministrationPorts,
  id: string,
  settings: (now: ClientSettings) => ClientSettings,
  version?: number,
): Promise<ClientEdited | WrongClient | Refused<ClientActRefusal>> {
  return onClient(ports, id, version, async (tx, client): Promise<ClientEdited | WrongClient> => {
    const before = settingsOf(client);
    const after = readClient(settings(before), kindOf(client));
    if ('outcome' in after) return after;
    const [was, is] = [written(before), written(after)];
    const changed = Object.keys(is).filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
    if (changed.length === 0) return { outcome: 'edited', changed };
    await tx.clients.change(id, {
      name: after.name,
      metadata: metadataOf(after, client.metadata),
      firstParty: after.firstParty ?? false,
      admitsOthers: after.admitsOthers ?? false,
    });
    const fromTo = changed.flatMap((key) => [
      [`${key}_before`, was[key] ?? null],
      [key, is[key] ?? null],
    ]);
    await record(ports, tx, {
      kind: 'client.changed',
      organizationId: client.organizationId,
      details: { client: id, name: after.name, changed, ...Object.fromEntries(fromTo) },
    });
    return { outcome: 'edited', changed };
  });
}

/** Settings in the words of the log. */
function written(settings: ClientSettings): Readonly<Record<string, string | boolean | null | readonly string[]>> {
  return {
    name: settings.name,
    redirect_uris: settings.redirectUris,
    post_logout_redirect_uris: settings.postLogoutRedirectUris,
    backchannel_logout_uri: settings.backchannelLogoutUri ?? null,
    grant_types: settings.grants,
    require_pkce: !settings.withoutPkce,
    minimum_acr: settings.minimumAcr ?? null,
    first_party: settings.firstParty ?? false,
    admits_others: settings.admitsOthers ?? false,
    keys: settings.keys ?? null,
    require_pushed_authorization_requests: settings.requirePush ?? false,
    dpop_bound_access_tokens: settings.requireDpop ?? false,
    fapi: settings.fapi ?? false,
  };
}
