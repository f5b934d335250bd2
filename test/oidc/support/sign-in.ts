import * as oidc from 'openid-client';
import type { Acr } from '../../../src/domain/assurance.ts';
import type { Interaction } from '../../../src/flows/ports/interactions.ts';
import type { Browser, Stop } from './browser.ts';
import { CALLBACK, post, type World } from './world.ts';

export interface Request {
  readonly url: URL;
  readonly verifier: string;
  readonly state: string;
}

/** An authorization request with PKCE. */
export async function request(config: oidc.Configuration, params: Record<string, string> = {}): Promise<Request> {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...params,
  });
  return { url, verifier, state };
}

export function interactionAt(stop: Stop): Interaction {
  if (stop.left || stop.status !== 200) throw new Error(`no interaction: ${stop.status} ${stop.url.href} ${stop.body}`);
  const interaction: Interaction = JSON.parse(stop.body);
  return interaction;
}

const AMR: Record<Acr, string[]> = {
  'urn:regain:acr:1': ['pwd'],
  'urn:regain:acr:2-sms': ['pwd', 'sms', 'mfa'],
  'urn:regain:acr:2': ['pwd', 'otp', 'mfa'],
  phr: ['pwd', 'pop', 'mfa'],
};

export interface Who {
  readonly accountId?: string;
  readonly acr?: Acr;
  readonly at?: number;
  readonly journeyId?: string;
}

/** Answers the page that the browser stands at with a sign-in. */
export function signIn(
  browser: Browser,
  at: Stop,
  { accountId = 'ada', acr = 'urn:regain:acr:2', at: time = Date.now(), journeyId }: Who = {},
): Promise<Stop> {
  const login = { accountId, acr, amr: AMR[acr], at: time };
  return post(browser, at, { result: { login, ...(journeyId && { journeyId }) } });
}

/** Signs in and consents, until the application has its code. */
export async function arrive(
  world: World,
  browser: Browser,
  config: oidc.Configuration,
  params: Record<string, string> = {},
  who: Who = {},
) {
  const asked = await request(config, params);
  let stop = await browser.go(asked.url);
  for (let pages = 0; !stop.left && pages < 5; pages += 1) {
    const { prompt } = interactionAt(stop);
    stop = prompt === 'consent' ? await post(browser, stop, { act: 'consent' }) : await signIn(browser, stop, who);
  }
  return { asked, stop, tokens: () => tokens(config, asked, stop) };
}

export function tokens(config: oidc.Configuration, asked: Request, stop: Stop) {
  return oidc.authorizationCodeGrant(config, stop.url, {
    pkceCodeVerifier: asked.verifier,
    expectedState: asked.state,
  });
}
