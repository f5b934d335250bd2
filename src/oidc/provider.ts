import OidcProvider from 'oidc-provider';
import type { SigningKey } from '../flows/ports/provider.ts';
import { tellByJobs } from './back-channel.ts';
import { createConfiguration } from './configuration.ts';
import type { OidcDependencies } from './dependencies.ts';
import { fillInCode } from './device-flow.ts';
import { reportEvents } from './events.ts';
import { followUp } from './follow-up.ts';
import { postOnOurPage } from './form-post.ts';
import { lastResort } from './last-resort.ts';
import { noteUses } from './last-use.ts';
import { compareSecretsByHash } from './secrets.ts';
import { addTransmitter } from './signals/transmitter.ts';
import { keepStructuredTokens } from './structured-tokens.ts';
import { tellRequestedAcr } from './token-acr.ts';

/**
 * Builds a Provider for a set of keys, the ones that sign first. Its keystore cannot be changed afterwards, so new keys mean a new
 * Provider (FEASIBILITY 3: 1–3 ms); everything that hangs on one is therefore made here.
 */
export function createProviderFactory(deps: OidcDependencies): (keys: readonly SigningKey[]) => OidcProvider {
  return (keys) => {
    const provider = new OidcProvider(deps.issuerUrl, createConfiguration(deps, keys));
    // `request-origin` leaves nothing untrusted in the headers that this believes.
    provider.proxy = true;
    provider.silent = true;
    compareSecretsByHash(provider);
    tellRequestedAcr(provider);
    tellByJobs(provider, deps);
    keepStructuredTokens(provider);
    reportEvents(provider, deps.events);
    provider.use(lastResort(deps.pages));
    provider.use(followUp(deps));
    fillInCode(provider, deps);
    postOnOurPage(provider, deps);
    noteUses(provider, deps);
    if (deps.signals) addTransmitter({ ...deps, signals: deps.signals }, provider, keys);
    return provider;
  };
}
