import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { accountOf } from './account.ts';
import { acrOf } from './requested-acr.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A JWT access token cannot be called back by those who do not ask us (SPEC, "Rules"). */
export const LONGEST_JWT = 5 * MINUTE;
const REFRESH = 14 * DAY;

/**
 * Seconds. Codes: ASVS 10.4.3. A rotated refresh token inherits what is left of the first one's life, so the family has
 * an absolute end (ASVS 10.4.8). The session's 24 hours are renewed by each authorization request; its absolute end is a
 * check of our own, by the policy and `loginTs`. One of two factors may end earlier when nobody asks for it (NIST SES-07). A grant outlives the longest session (30 days) and a refresh token issued at its end.
 */
export const lifetimes: NonNullable<Configuration['ttl']> = {
  AccessToken: (_ctx, token) => {
    const server = token.resourceServer;
    const asked = server?.accessTokenTTL ?? HOUR;
    return server?.accessTokenFormat === 'jwt' ? Math.min(asked, LONGEST_JWT) : Math.min(asked, HOUR);
  },
  AuthorizationCode: MINUTE,
  ClientCredentials: (_ctx, token) => Math.min(token.resourceServer?.accessTokenTTL ?? 10 * MINUTE, HOUR),
  DeviceCode: 10 * MINUTE,
  IdToken: HOUR,
  RefreshToken: (ctx) => {
    const rotated = ctx?.oidc?.entities.RotatedRefreshToken;
    return rotated ? Math.max(1, rotated.remainingTTL) : REFRESH;
  },
  Interaction: HOUR,
  Session: (ctx, session) => sessionIdle(ctx, session),
  Grant: 45 * DAY,
};

/** How long a session lasts from now on without being asked for; a request that does not look at the account leaves it what is left. */
function sessionIdle(
  ctx: KoaContextWithOIDC,
  session: {
    readonly accountId?: string | undefined;
    readonly acr?: string | undefined;
    readonly exp?: number | undefined;
  },
): number {
  const account = accountOf(ctx);
  if (!account)
    return session.accountId && session.exp ? Math.max(1, session.exp - Math.floor(Date.now() / 1000)) : DAY;
  return acrOf(session) === 'urn:regain:acr:1' ? DAY : account.policy.lifetimes.sessionTwoFactorsIdle;
}
