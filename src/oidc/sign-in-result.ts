import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { InteractionResults, Interaction as StoredInteraction } from 'oidc-provider';
import { isAcr } from '../domain/assurance.ts';
import type { Exchange, Interaction, InteractionResult, Interactions } from '../flows/ports/interactions.ts';
import { CHECK_UP } from './checks/check-up.ts';
import { SIGNED_IN, signedInAs } from './checks/login.ts';
import { ONBOARDING } from './checks/onboarding.ts';
import { RESTORE_CODE } from './checks/restore-code.ts';
import { SELECT_ACCOUNT } from './checks/select-account.ts';
import { STEP_UP, wasAsked } from './checks/step-up.ts';
import { askedOf, grantAsked } from './consent.ts';
import { cookieNames } from './cookies.ts';
import { currentSession } from './current-session.ts';
import type { OidcDependencies } from './dependencies.ts';
import { JOURNEY } from './follow-up.ts';
import { heldInteraction, standsInItsSession, unbind } from './held-interaction.ts';
import { makeRoom } from './make-room.ts';
import { readApiScope } from './resources.ts';
import { restartUrl, storedRequest } from './stored-request.ts';
import { testUrl, told } from './told.ts';

/** What pages do with the provider's interactions and session. `provider`: the one in force now. */
export function createInteractions(deps: OidcDependencies, provider: () => Provider): Interactions {
  const held = (at: Exchange, uid: string) => heldInteraction(provider(), at, uid, cookieNames(deps.issuerUrl));
  const stands = (interaction: StoredInteraction) => standsInItsSession(provider(), interaction);
  /** Interactions that are to outlive the sessions which the running request ends. */
  const kept = new WeakMap<IncomingMessage, StoredInteraction>();

  /** One that can still be answered: all prompts but `login` go on in the session they began in, and are gone with it. */
  const open = async (at: Exchange, uid: string) => {
    const interaction = await held(at, uid);
    return interaction && (interaction.prompt.name === 'login' || (await stands(interaction)))
      ? interaction
      : undefined;
  };

  /** The one that `keep` kept, let go of the session that has ended by now. */
  const keptFor = (at: Exchange, uid: string) => {
    const interaction = kept.get(at.req);
    if (interaction?.uid !== uid) return undefined;
    unbind(interaction);
    return interaction;
  };

  return {
    find: async (at, uid) => {
      const interaction = await open(at, uid);
      return interaction && describe(deps, interaction, await stands(interaction));
    },

    finish: async (at, uid, result) => {
      const interaction = (await open(at, uid)) ?? (result.recovered ? keptFor(at, uid) : undefined);
      // A sign-in is asked for: nothing else answers it.
      if (!interaction || (interaction.prompt.name === 'login' && !result.login)) return undefined;
      if (result.login) await makeRoom(provider(), at, interaction, result.login.accountId, deps);
      return store(interaction, resultsOf(interaction, result));
    },

    keep: async (at, uid, accountId) => {
      const interaction = await open(at, uid);
      // What began in the session of somebody else does not end with this account's.
      if (interaction && (interaction.session?.accountId ?? accountId) === accountId) kept.set(at.req, interaction);
    },

    grantConsent: async (at, uid) => {
      const interaction = await open(at, uid);
      if (interaction?.prompt.name !== 'consent') return undefined;
      const grantId = await grantAsked(deps, provider(), interaction);
      return grantId && store(interaction, { ...answeredBefore(interaction), consent: { grantId } });
    },

    abort: async (at, uid) => {
      const interaction = await held(at, uid);
      if (!interaction) return undefined;
      if (!(await stands(interaction))) unbind(interaction);
      return store(interaction, { error: 'access_denied', error_description: 'End-User aborted interaction' });
    },

    askAnew: async (at, uid) => {
      const interaction = await open(at, uid);
      if (interaction?.prompt.name !== SELECT_ACCOUNT) return;
      unbind(interaction);
      await interaction.persist();
    },

    restartUrl: (request) => restartUrl(deps.issuerUrl, request),
    session: (at) => currentSession(deps, provider(), at),
    testUrl: (clientId) => testUrl(deps.issuerUrl, clientId),
    told: (at, clientId) => told(deps, provider(), at, clientId),
  };
}

/** Keeps the result; the browser goes on to `returnTo`, where it is taken up once. */
async function store(interaction: StoredInteraction, result: InteractionResults): Promise<string> {
  interaction.result = result;
  await interaction.persist();
  return interaction.returnTo;
}

/**
 * What earlier prompts of this request brought, without the sign-in: its account is in the session since, and oidc-provider would
 * sign it in again, by the word of somebody who proves nothing now. That this request had one is kept (`SIGNED_IN`).
 */
function answeredBefore({ lastSubmission }: StoredInteraction): InteractionResults {
  const { login: _login, [JOURNEY]: _journey, ...others } = lastSubmission ?? {};
  const accountId = signedInAs(lastSubmission);
  return { ...others, ...(accountId !== undefined && { [SIGNED_IN]: accountId }) };
}

/**
 * Adds to what earlier prompts of this request brought. `ts` is said always: without it `auth_time` would be now, and a second factor
 * alone would satisfy `max_age` (FEASIBILITY 3, trap 10). Another account than before starts from nothing.
 */
function resultsOf(
  interaction: StoredInteraction,
  { login, journeyId, recovered, enrolled }: InteractionResult,
): InteractionResults {
  const { lastSubmission: before, prompt } = interaction;
  const signedIn = signedInAs(before);
  const sameAccount = !login || signedIn === undefined || signedIn === login.accountId;
  const isAnswer = prompt.reasons.includes('acr_wished') && !recovered;
  return {
    ...(sameAccount ? answeredBefore(interaction) : undefined),
    ...(login && {
      login: { accountId: login.accountId, acr: login.acr, amr: [...login.amr], ts: Math.floor(login.at / 1000) },
      [JOURNEY]: journeyId,
    }),
    ...(prompt.name === 'step_up' && { [STEP_UP]: { asked: isAnswer || wasAsked(before) } }),
    ...(prompt.name === 'restore_code' && { [RESTORE_CODE]: { done: true } }),
    ...(prompt.name === 'onboarding' && { [ONBOARDING]: { done: true } }),
    ...(enrolled && { [CHECK_UP]: 'due' }),
    ...(prompt.name === 'check_up' && { [CHECK_UP]: 'done' }),
    ...(prompt.name === SELECT_ACCOUNT && { [SELECT_ACCOUNT]: { done: true } }),
    ...(prompt.name === 're_register' && { re_register: { done: true } }),
  };
}

async function describe(
  deps: OidcDependencies,
  stored: StoredInteraction,
  inSession: boolean,
): Promise<Interaction | undefined> {
  const { prompt, session } = stored;
  const client = await deps.clients.find(String(stored.params['client_id']));
  if (!client || !isPrompt(prompt.name)) return undefined;
  const atLeast = prompt.details['at_least'];
  return {
    uid: stored.uid,
    prompt: prompt.name,
    reasons: prompt.reasons,
    request: storedRequest(stored.params),
    client,
    session: session?.uid && inSession ? { uid: session.uid, accountId: session.accountId } : null,
    atLeast: isAcr(atLeast) ? atLeast : null,
    optional: prompt.name === 'step_up' && !prompt.reasons.includes('acr_required'),
    consent: await consentOf(deps, stored),
  };
}

async function consentOf(deps: OidcDependencies, stored: StoredInteraction): Promise<Interaction['consent']> {
  if (stored.prompt.name !== 'consent') return { scopes: [], claims: [] };
  const asked = askedOf(stored);
  const identifiers = new Set(asked.scopes.flatMap((scope) => readApiScope(scope)?.[0] ?? []));
  if (identifiers.size === 0) return asked;
  const apis = await Promise.all([...identifiers].map(async (one) => [one, (await deps.apis.find(one))?.name ?? one]));
  return { ...asked, apis: Object.fromEntries(apis) };
}

const PROMPTS: readonly Interaction['prompt'][] = [
  'login',
  'step_up',
  're_register',
  'restore_code',
  'onboarding',
  'check_up',
  'consent',
  'select_account',
];

function isPrompt(name: string): name is Interaction['prompt'] {
  return PROMPTS.some((known) => known === name);
}
