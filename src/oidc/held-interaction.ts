import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Interaction } from 'oidc-provider';
import type { Exchange } from '../flows/ports/interactions.ts';
import { type CookieNames, heldUids } from './cookies.ts';

/**
 * The stored interaction `uid`, when this browser holds it: by oidc-provider's cookie on the interaction's own path, elsewhere by ours,
 * which names those begun last. So a recovery that goes on in another browser can never finish the interaction of the
 * browser where it was begun: whoever holds that one would be signed in (A2).
 */
export async function heldInteraction(
  provider: Provider,
  at: Exchange,
  uid: string,
  names: CookieNames,
): Promise<Interaction | undefined> {
  const { cookies } = provider.createContext(at.req, at.res);
  const read = (name: string) => cookies.get(name, { signed: true });
  const holds = read(names.interaction) === uid || heldUids(read(names.held)).includes(uid);
  return holds ? provider.Interaction.find(uid) : undefined;
}

/**
 * Whether the session in which an interaction began still is what it was. False when it began in none: what is asked within a
 * session (all prompts but `login`) is asked of nobody there.
 */
export async function standsInItsSession(provider: Provider, interaction: Interaction): Promise<boolean> {
  if (!interaction.session?.uid) return false;
  const session = await provider.Session.findByUid(interaction.session.uid);
  return session !== undefined && session.accountId === interaction.session.accountId;
}

/**
 * Makes the interaction independent of the session it began in, of the grant that belongs to that, and of everything that was
 * answered in it. From then on it asks for a sign-in, whatever it asked for before: only a login ends it. Not yet stored.
 */
export function unbind(interaction: Interaction): void {
  interaction.session = undefined;
  interaction.grantId = undefined;
  interaction.lastSubmission = undefined;
  interaction.prompt = { name: 'login', reasons: ['no_session'], details: {} };
}

/** A Koa context for what oidc-provider's models ask of one outside of its own routes. */
export function contextOf(provider: Provider, at: Exchange): Context {
  return provider.createContext(at.req, at.res);
}
