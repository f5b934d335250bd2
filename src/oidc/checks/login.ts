import { type InteractionResults, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { Policy } from '../../domain/policy.ts';
import { accountOf } from '../account.ts';
import { ownMetadataOf } from '../client-metadata.ts';
import type { OidcDependencies } from '../dependencies.ts';
import { acrOf } from '../requested-acr.ts';

const { Check } = interactionPolicy;

/**
 * What makes a session none, beside oidc-provider's own reasons (no session, `prompt=login`, `max_age`, `id_token_hint`). They only
 * answer: the session goes when somebody signs in instead.
 */
export function loginChecks({ now, sessions }: Pick<OidcDependencies, 'now' | 'sessions'>): interactionPolicy.Check[] {
  return [
    // A suspended or deleted account with a live session: without this a 500 follows (FEASIBILITY 3, trap 3; ASVS 7.4.2).
    new Check('account_gone', 'End-User authentication is required', (ctx) => hasSession(ctx) && !accountOf(ctx)),
    // NIST SP 800-63B-4 SES-06, SES-07; ASVS 7.3.2. Also right after a sign-in: what is too old stays too old.
    new Check('session_age', 'End-User authentication is too long ago', (ctx) => {
      const account = accountOf(ctx);
      return account !== undefined && isPastItsAge(account.policy, ctx.oidc.session, now());
    }),
    // A37: a session of an account that this client does not admit is not used for it.
    new Check('account_not_admitted', 'the client does not admit this End-User', (ctx) => {
      const account = accountOf(ctx);
      if (!account || !ctx.oidc.client) return false;
      const { organizationId, admitsOthers } = ownMetadataOf(ctx.oidc.client);
      return !admitsOthers && account.organizationId !== organizationId;
    }),
    // SPEC M5: an emergency code for named applications opens no other one, also not by the session that it opened. Who has just signed in
    // for this request was asked by the same bounds (`decide`).
    new Check('other_application', 'the emergency code is for other applications', async (ctx) => {
      const code = accountOf(ctx)?.emergencyCode;
      const { client, session } = ctx.oidc;
      if (!code?.clients || !client || !session?.accountId || hasSignedIn(ctx)) return false;
      if (code.clients.includes(client.clientId)) return false;
      const proofs = await sessions.proofsOf(session.uid, session.accountId);
      return proofs.some(({ by }) => by === code.id);
    }),
  ];
}

/** What the answers of an authorization request keep of a sign-in once it has been taken up: whose it was. */
export const SIGNED_IN = 'signed_in';

/** Who has signed in for this request, by the answers so far. */
export function signedInAs(results: InteractionResults | undefined): string | undefined {
  const kept = results?.[SIGNED_IN];
  return results?.login?.accountId ?? (typeof kept === 'string' ? kept : undefined);
}

/**
 * `prompt=login` and `max_age` ask for a sign-in within the request, once. oidc-provider sees one only while `login` stands in the
 * answers, where each later answer would sign in anew.
 */
export function askOnce(checks: readonly interactionPolicy.Check[]): void {
  for (const check of checks.filter(({ reason }) => reason === 'login_prompt' || reason === 'max_age')) {
    const asks = check.check;
    check.check = (ctx) => !hasSignedIn(ctx) && asks(ctx);
  }
}

/** Whether the session is of a sign-in that was asked for in this request. */
export function hasSignedIn({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.session?.accountId !== undefined && oidc.session.accountId === signedInAs(oidc.result);
}

/** Whether a session's absolute age is over, by the policy of its account: one proof, or two factors. */
export function isPastItsAge(
  policy: Policy,
  session: { readonly acr?: string | undefined; readonly loginTs?: number | undefined } | undefined,
  now: number,
): boolean {
  const { sessionOneFactor, sessionTwoFactors } = policy.lifetimes;
  const lasts = acrOf(session) === 'urn:regain:acr:1' ? sessionOneFactor : sessionTwoFactors;
  return now / 1000 - (session?.loginTs ?? 0) >= lasts;
}

function hasSession(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.session?.accountId !== undefined;
}
