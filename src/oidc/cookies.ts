import type { Configuration } from 'oidc-provider';

/** Cookie names: the prefixes make browsers refuse one that was set without TLS, or by a neighbouring host (ASVS 3.3.1–3.3.3). */
export interface CookieNames {
  readonly session: string;
  readonly interaction: string;
  readonly resume: string;
  /** Our own, for pages outside of `/sign-in/:uid`: which interactions this browser began last. */
  readonly held: string;
}

/**
 * oidc-provider scopes the interaction's two cookies to their paths, so those cannot be `__Host-`. On an http issuer browsers
 * would drop the prefixed names altogether.
 */
export function cookieNames(issuerUrl: string): CookieNames {
  const secure = issuerUrl.startsWith('https:');
  const host = secure ? '__Host-' : '';
  const path = secure ? '__Secure-' : '';
  return {
    session: `${host}regain_session`,
    interaction: `${path}regain_interaction`,
    resume: `${path}regain_resume`,
    held: `${host}regain_held`,
  };
}

/**
 * The session's value is 256 random bits that mean nothing but a row (ASVS 7.2.3). Those of an interaction are its uid, which
 * stands in the address bar too: they are signed, else whoever saw the address could hold the interaction, take up what was
 * proven in it or register a factor that is owed (ATTACKS A18). `keys`: the first signs, all verify. `secure` follows the
 * issuer's scheme, which `request-origin` puts into each request.
 */
export function cookieSettings(issuerUrl: string, keys: readonly Buffer[]): NonNullable<Configuration['cookies']> {
  const { session, interaction, resume } = cookieNames(issuerUrl);
  const options = { httpOnly: true, sameSite: 'lax', secure: issuerUrl.startsWith('https:') } as const;
  return {
    names: { session, interaction, resume },
    keys: [...keys],
    long: { ...options, path: '/', signed: false },
    short: { ...options, signed: true },
  };
}

/** As many tabs as one browser plausibly signs in from at once. */
const HELD = 5;

/** The interactions that a browser holds, as its cookie says, the newest first. */
export function heldUids(cookie: string | undefined): string[] {
  return (
    cookie
      ?.split('.')
      .filter((uid) => /^[\w-]{20,64}$/.test(uid))
      .slice(0, HELD) ?? []
  );
}

/** The cookie once another interaction has begun. */
export function holding(uid: string, cookie: string | undefined): string {
  return [uid, ...heldUids(cookie).filter((other) => other !== uid)].slice(0, HELD).join('.');
}
