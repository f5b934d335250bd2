import type Provider from 'oidc-provider';
import type { Interaction, Session } from 'oidc-provider';
import type { Exchange } from '../flows/ports-interactions.ts';
import { tellLogout } from './back-channel.ts';
import type { ProviderEvents } from './dependencies.ts';
import { contextOf, unbind } from './held-interaction.ts';

/**
 * Before `accountId` signs in: a session of somebody else in this browser ends, with its grants and tokens, and the applications are
 * told (DESIGN rule 9); the interaction lets go of a session that is not the browser's any more. Else oidc-provider answers with
 * a page of its own, or with an error (FEASIBILITY 3, traps 4 and 5).
 */
export async function makeRoom(
  provider: Provider,
  at: Exchange,
  interaction: Interaction,
  accountId: string,
  events: ProviderEvents,
): Promise<void> {
  const session = await provider.Session.get(contextOf(provider, at));
  const isOthers = session.accountId !== undefined && session.accountId !== accountId;
  if (isOthers) await endSession(provider, session, events);
  const { session: origin } = interaction;
  if (origin && (isOthers || origin.uid !== session.uid || origin.accountId !== accountId)) unbind(interaction);
}

/** What oidc-provider does when somebody signs out of everything, without its page. */
async function endSession(provider: Provider, session: Session, events: ProviderEvents): Promise<void> {
  await session.destroy();
  const authorizations = Object.entries(session.authorizations ?? {});
  await Promise.all(
    authorizations.map(async ([clientId, { sid, grantId, persistsLogout }]) => {
      // The adapter's `revokeByGrantId` ends the grant and everything issued under it, whatever model it is called on.
      if (grantId && !persistsLogout) await provider.AccessToken.revokeByGrantId(grantId);
      if (session.accountId && sid) await tell(provider, clientId, session.accountId, sid, events);
    }),
  );
}

async function tell(
  provider: Provider,
  clientId: string,
  accountId: string,
  sid: string,
  events: ProviderEvents,
): Promise<void> {
  try {
    await tellLogout(provider, { clientId, accountId, sid });
  } catch (error) {
    events.notTold(clientId, error instanceof Error ? error : new Error(String(error)));
  }
}
