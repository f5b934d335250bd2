import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import * as oidc from 'openid-client';
import { afterAll, beforeAll } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import type { Locale } from '../../../src/domain/message.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { createAccount } from '../../../src/flows/administration/create-account.ts';
import { createClient } from '../../../src/flows/administration/create-client.ts';
import { suspendAccount } from '../../../src/flows/administration/suspend-account.ts';
import { createLog } from '../../../src/observability/log.ts';
import { type Running, startRegain } from '../../../src/regain.ts';
import { testDatabase } from '../../support/database.ts';
import { addPasskey, addPerson, type Person, type PersonSettings } from '../../support/people.ts';
import { putInForce } from '../../support/policy.ts';
import { ISSUER, type TestPorts } from '../../support/ports.ts';
import {
  type MailBehaviour,
  type ReceivedMail,
  type ReceivedSms,
  type Sink,
  type SmsBehaviour,
  startMailSink,
  startSmsSink,
} from '../../support/sinks.ts';
import { createSoftwareAuthenticator, type SoftwareAuthenticator } from '../../support/software-authenticator.ts';
import { Browser, type BrowserSettings } from './browser.ts';
import type { PageOf } from './page.ts';

export const CALLBACK = 'http://localhost:3001/callback';

/** The whole product on a database of its own: real provider, real SMTP, a real SMS gateway. Only its clock can be moved. */
export interface World {
  readonly running: Running;
  readonly ports: TestPorts['ports'];
  /** Moves the clock of the whole process. */
  readonly later: (ms: number) => void;
  readonly browser: (settings?: BrowserSettings) => Browser;
  readonly person: (settings?: PersonSettings) => Promise<Person>;
  /** An account that waits for its invitation to be taken up; the link of the e-mail. */
  readonly invited: (settings?: { readonly locale?: Locale; readonly givenName?: string }) => Promise<Invited>;
  /** Adds a passkey to an account, on its owner's word. */
  readonly passkey: (person: Pick<Person, 'id'>) => Promise<SoftwareAuthenticator>;
  readonly suspend: (person: Pick<Person, 'username'>) => Promise<void>;
  readonly policy: (policy: Policy, organizationId?: string) => Promise<void>;
  /** An application with its OIDC client. */
  readonly application: (name: string, settings?: ApplicationSettings) => Promise<Application>;
  /** An application that is registered already, as it would be with this secret; undefined: none. */
  readonly relyingParty: (clientId: string, secret: string | undefined) => Promise<Application>;
  /** The newest e-mail to an address that was not asked for yet; `subject`: part of it. */
  readonly mail: (to: string, subject: string) => Promise<ReceivedMail>;
  readonly sms: (to: string, wanted: RegExp) => Promise<ReceivedSms>;
  /** How many e-mails and SMS were sent to this person; everything that was queued has left by then. */
  readonly sentTo: (person: Pick<Person, 'id' | 'email' | 'phone'>) => Promise<{ mails: number; sms: number }>;
  readonly mails: readonly ReceivedMail[];
  readonly texts: readonly ReceivedSms[];
  readonly log: () => string;
  /** The gateways, to make them fail, and where Regain itself listens. */
  readonly mailSink: Sink<ReceivedMail, MailBehaviour>;
  readonly smsSink: Sink<ReceivedSms, SmsBehaviour>;
  readonly origin: string;
}

export interface ApplicationSettings {
  /** Where it is told of sign-outs. */
  readonly backchannelLogoutUri?: string;
  /** People are not asked for consent. */
  readonly firstParty?: boolean;
}

export interface Invited extends Pick<Person, 'id' | 'username' | 'email' | 'phone'> {
  readonly link: string;
}

export interface Application {
  readonly name: string;
  readonly clientId: string;
  readonly secret: string;
  readonly config: oidc.Configuration;
  /** Begins an authorization request in a browser and stops at the first page. */
  readonly open: (browser: Browser, params?: Record<string, string>) => Promise<Asked>;
}

export interface Asked {
  readonly page: PageOf;
  /** What the application gets for the code that the browser brings. */
  readonly tokens: (page: PageOf) => Promise<oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers>;
}

/** One world for the tests of a file. */
export function useWorld(): () => World {
  let world: Awaited<ReturnType<typeof startWorld>> | undefined;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.close());
  return () => {
    if (!world) throw new Error('the world is not there yet');
    return world;
  };
}

export async function startWorld(): Promise<World & { close(): Promise<void> }> {
  const database = await testDatabase();
  const mailSink = await startMailSink();
  const smsSink = await startSmsSink();
  const clock = movableClock();
  let logged = '';
  const lines = new PassThrough({ encoding: 'utf8' }).on('data', (text: string) => {
    logged += text;
  });
  const running = await startRegain(configOf(database.url, mailSink.url, smsSink.url), createLog('trace', lines));
  const origin = `http://127.0.0.1:${running.port}`;
  const { context } = running;
  const test: TestPorts = { ...context, clock: { now: 0 }, close: async () => {} };
  const taken = new WeakSet<object>();
  const take = <Item extends object>(item: Item): Item => {
    taken.add(item);
    return item;
  };

  return {
    running,
    origin,
    ports: context.ports,
    later: (ms) => clock.later(ms),
    browser: (settings) => new Browser(origin, settings),
    person: (settings) => addPerson(test, settings),
    invited: async (settings = {}) => {
      const username = `i${context.crypto.digits(9)}`;
      const email = `${username}@example.com`;
      const made = await createAccount(context.administration, {
        username,
        email,
        organizationId: 'default',
        emailVerified: false,
        phoneVerified: false,
        invite: true,
        ...settings,
      });
      if (made.outcome !== 'created') throw new Error(`no account: ${made.reason}`);
      const mail = take(await mailSink.waitFor(({ recipients }) => recipients.includes(email)));
      const link = /http:\S+\/invitation\/[\w-]+/.exec(mail.text)?.[0] ?? '';
      return { id: made.sub, username, email, phone: '', link };
    },
    passkey: async ({ id }) => {
      const authenticator = createSoftwareAuthenticator();
      await addPasskey(test, id, authenticator);
      return authenticator;
    },
    suspend: async ({ username }) => {
      await suspendAccount(context.administration, username);
    },
    policy: async (policy, organizationId = 'default') => {
      await putInForce(context.administration, organizationId, policy);
    },
    application: (name, settings) => application(test, origin, name, settings),
    relyingParty: (clientId, secret) => relyingParty(origin, '', clientId, secret),
    mail: async (to, subject) =>
      take(
        await mailSink.waitFor(
          (mail) => mail.recipients.includes(to) && mail.subject.includes(subject) && !taken.has(mail),
        ),
      ),
    sms: async (to, wanted) =>
      take(await smsSink.waitFor((text) => text.to === to && wanted.test(text.text) && !taken.has(text))),
    sentTo: async ({ id, email, phone }) => {
      await settled(test, id);
      return {
        mails: mailSink.messages.filter(({ recipients }) => recipients.includes(email)).length,
        sms: smsSink.messages.filter(({ to }) => to === phone).length,
      };
    },
    mails: mailSink.messages,
    texts: smsSink.messages,
    mailSink,
    smsSink,
    log: () => logged,
    close: async () => {
      await running.stop();
      await mailSink.close();
      await smsSink.close();
      await database.drop();
      clock.restore();
    },
  };
}

function configOf(databaseUrl: string, smtpUrl: string, smsUrl: string): Config {
  return {
    production: false,
    issuer: new URL(ISSUER),
    issuerUrl: ISSUER,
    host: '127.0.0.1',
    port: 0,
    databaseUrl,
    dataDir: '',
    smtpUrl,
    mailFrom: 'Regain <no-reply@example.com>',
    smsUrl,
    smsSecret: undefined,
    masterKeys: [randomBytes(32)],
    demo: false,
    metricsPort: undefined,
    logLevel: 'trace',
    trustProxy: 1,
    clientCertHeader: undefined,
    keyRotationDays: 90,
  };
}

/** Everything in this process that asks what time it is gets the moved one: ours, the provider's, the applications'. */
function movableClock(): { later(ms: number): void; restore(): void } {
  const real = Date.now;
  let moved = 0;
  Date.now = () => real() + moved;
  return {
    later: (ms) => {
      moved += ms;
    },
    restore: () => {
      Date.now = real;
    },
  };
}

/** Until every message to this account has left or was given up. */
async function settled({ database }: TestPorts, accountId: string): Promise<void> {
  for (;;) {
    const row = await database.db
      .selectFrom('outbox')
      .select('id')
      .where('account_id', '=', accountId)
      .where('state', '=', 'queued')
      .where('expires_at', '>', Date.now())
      .executeTakeFirst();
    if (!row) return;
  }
}

async function application(
  test: TestPorts,
  origin: string,
  name: string,
  settings: ApplicationSettings = {},
): Promise<Application> {
  const made = await createClient(test.administration, {
    name,
    organizationId: 'default',
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [],
    grants: ['authorization_code', 'refresh_token'],
    kind: 'secret',
    ...settings,
  });
  if (made.outcome !== 'created') throw new Error(`no client: ${made.reason}`);
  return relyingParty(origin, name, made.clientId, made.clientSecret);
}

async function relyingParty(
  origin: string,
  name: string,
  clientId: string,
  secret: string | undefined,
): Promise<Application> {
  const direct: oidc.CustomFetch = (url, { body, ...options }) =>
    fetch(url.replace(ISSUER, origin), { ...options, body: body ?? null });
  const auth = secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret);
  const config = await oidc.discovery(new URL(ISSUER), clientId, undefined, auth, {
    execute: [oidc.allowInsecureRequests],
    [oidc.customFetch]: direct,
  });
  return { name, clientId, secret: secret ?? '', config, open: (browser, params) => open(config, browser, params) };
}

async function open(config: oidc.Configuration, browser: Browser, params: Record<string, string> = {}): Promise<Asked> {
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
  return {
    page: await browser.open(url.href),
    tokens: (page) =>
      oidc.authorizationCodeGrant(config, page.url, { pkceCodeVerifier: verifier, expectedState: state }),
  };
}
