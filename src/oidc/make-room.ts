import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import type { Exchange } from '../flows/ports/interactions.ts';
import type { OidcDependencies } from './dependencies.ts';
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
  { endSession }: Pick<OidcDependencies, 'endSession'>,
): Promise<void> {
  const session = await provider.Session.get(contextOf(provider, at));
  const { uid, accountId: owner } = session;
  const isOthers = owner !== undefined && owner !== accountId;
  if (isOthers) await endSession({ uid, accountId: owner }, 'another-account');
  const { session: origin } = interaction;
  if (origin && (isOthers || origin.uid !== uid || origin.accountId !== accountId)) unbind(interaction);
}
