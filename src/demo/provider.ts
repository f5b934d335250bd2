import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { readLogoutToken } from './logout-token.ts';

export interface ClientSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a sign-in brought: all claims of the ID token and of userinfo. */
export interface SignedIn {
  readonly sub: string;
  readonly sid: string | undefined;
  readonly idToken: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What must be kept between leaving for the provider and coming back. */
export interface Departure {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly maxAge: number | undefined;
}

export interface Wish {
  readonly acr?: string;
  /** One of these, or a refusal. */
  readonly essential?: readonly string[];
  readonly maxAge?: number;
  readonly locale: string;
}

/** The provider said no, with a code and words as in RFC 6749, 4.1.2.1 and 5.2. */
export class ProviderRefusal extends Error {
  /** OpenID Connect Core Error Code unmet_authentication_requirements 1.0: the account cannot show what was asked for. */
  readonly unmet: boolean;
  constructor(error: string, description: string | undefined) {
    super([error, description].filter(Boolean).join(': '));
    this.unmet = error === 'unmet_authentication_requirements';
  }
}

const SCOPE = 'openid profile email phone recovery';

/**
 * The demo application's side of OpenID Connect: code flow with PKCE S256, state and nonce; ID tokens are checked against the
 * issuer's keys. `self`: this application's URL without trailing slash.
 */
export function createProvider({ issuer, clientId, clientSecret }: ClientSettings, self: string) {
  let found: Promise<Configuration> | undefined;
  /** Discovery happens when it is needed first, so that the order of starting does not matter; a failure is not kept. */
  const configuration = (): Promise<Configuration> => {
    found ??= discover().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  const discover = () => {
    const insecure = new URL(issuer).protocol === 'http:' ? [allowInsecureRequests] : [];
    const execute = [...insecure, enableNonRepudiationChecks];
    return discovery(new URL(issuer), clientId, undefined, ClientSecretBasic(clientSecret), { execute, timeout: 10 });
  };

  return {
    async depart(wish: Wish): Promise<Departure> {
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: `${self}/callback`,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ui_locales: wish.locale,
        ...(wish.acr !== undefined && { acr_values: wish.acr }),
        ...(wish.essential && {
          claims: JSON.stringify({ id_token: { acr: { essential: true, values: wish.essential } } }),
        }),
        ...(wish.maxAge !== undefined && { max_age: String(wish.maxAge) }),
      });
      return { url: url.href, state, nonce, verifier, maxAge: wish.maxAge };
    },

    /** `returned`: the whole URL that the browser came back to. Throws ProviderRefusal when it carries a refusal. */
    async arrive(returned: URL, departure: Departure): Promise<SignedIn> {
      const config = await configuration();
      const tokens = await authorizationCodeGrant(config, returned, {
        expectedState: departure.state,
        expectedNonce: departure.nonce,
        pkceCodeVerifier: departure.verifier,
        idTokenExpected: true,
        ...(departure.maxAge !== undefined && { maxAge: departure.maxAge }),
      }).catch((error: unknown) => {
        if (!(error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)) throw error;
        throw new ProviderRefusal(error.error, error.error_description);
      });
      const idToken = tokens.claims();
      if (!idToken || tokens.id_token === undefined) throw new Error('no ID token');
      const userInfo = await fetchUserInfo(config, tokens.access_token, idToken.sub);
      const sid = typeof idToken['sid'] === 'string' ? idToken['sid'] : undefined;
      return { sub: idToken.sub, sid, idToken: tokens.id_token, claims: { ...idToken, ...userInfo } };
    },

    /** Where to send the browser to end the provider's session too (RP-initiated logout). */
    async signOutUrl(idToken: string): Promise<string> {
      const parameters = { id_token_hint: idToken, post_logout_redirect_uri: `${self}/` };
      return buildEndSessionUrl(await configuration(), parameters).href;
    },

    async readLogoutToken(token: string) {
      const { issuer: named, jwks_uri: jwksUri } = (await configuration()).serverMetadata();
      if (jwksUri === undefined) return undefined;
      return readLogoutToken(token, { issuer: named, clientId, jwksUri, now: Date.now() });
    },
  };
}

export type Provider = ReturnType<typeof createProvider>;
