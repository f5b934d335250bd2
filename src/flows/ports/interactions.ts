import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Acr, Assurance } from '../../domain/assurance.ts';
import type { Client } from './provider.ts';

/**
 * What pages need of the provider: the running authorization request, its end, and the session. Implemented in `oidc`,
 * handed to `web` by the wiring. Pages answer with 303 to the address that `finish` and its like return.
 */
export interface Interactions {
  /**
   * The interaction `uid` when this browser holds it; undefined when it is gone, was ended, or belongs to another browser
   * (then `restartUrl` of the journey's stored request, or a page that says so).
   */
  find(at: Exchange, uid: string): Promise<Interaction | undefined>;
  /**
   * Ends the interaction's prompt and returns where to send the browser (the application's request goes on there), or undefined
   * when it is gone or this browser does not hold it: nothing was changed then. Also from pages outside of `/sign-in/:uid`.
   */
  finish(at: Exchange, uid: string, result: InteractionResult): Promise<string | undefined>;
  /**
   * Before a flow that ends the sessions of `accountId` (recovery): `finish` with `recovered`, in the same exchange, then works
   * although the interaction ended with the session it began in. Changes nothing by itself; nothing is kept of an interaction that
   * is gone, is another browser's, or began in the session of somebody else.
   */
  keep(at: Exchange, uid: string, accountId: string): Promise<void>;
  /** Prompt `consent`: grants what is asked and goes on. Undefined as in `finish`. */
  grantConsent(at: Exchange, uid: string): Promise<string | undefined>;
  /** The person does not want to: `access_denied` goes to the application. Undefined as in `finish`. */
  abort(at: Exchange, uid: string): Promise<string | undefined>;
  /** Prompt `select_account`: a sign-in is asked for, as whoever that is; the session stays until then. Nothing where it is gone or at another prompt. */
  askAnew(at: Exchange, uid: string): Promise<void>;
  /** A stored authorization request (`Interaction.request`) as an address that starts it anew. */
  restartUrl(request: Readonly<Record<string, string>>): string;
  /**
   * The session of this browser, or undefined: none, too old, account suspended or gone, weaker than the account's policy requires,
   * a second factor owed. Changes nothing.
   */
  session(at: Exchange): Promise<CurrentSession | undefined>;
  /** Where a test sign-in to an application begins; it ends at `/test-sign-in/:client`, and nothing is sent to the application. */
  testUrl(clientId: string): string;
  /**
   * What the application would be told of this browser's session. Undefined where it would be told nothing: no session, one that is too weak for it, or
   * of an account that it does not admit. Changes nothing.
   */
  told(at: Exchange, clientId: string): Promise<Told | undefined>;
}

/** Claims as an application receives them. */
export interface Told {
  readonly accountId: string;
  /** Of the ID token, as far as they are about the sign-in. */
  readonly idToken: TellableClaims;
  /** Of userinfo, by the scope that they take. */
  readonly userinfo: readonly { readonly scope: string; readonly claims: TellableClaims }[];
}
export type TellableClaims = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

export interface Interaction {
  readonly uid: string;
  readonly prompt:
    | 'login'
    | 'select_account'
    | 'step_up'
    | 're_register'
    | 'restore_code'
    | 'onboarding'
    | 'check_up'
    | 'consent';
  /** Why it is asked: names of checks, e.g. `no_session`, `max_age`, `account_gone`, `acr_required`, `acr_wished`. */
  readonly reasons: readonly string[];
  /** The authorization request, ready for `Journey.request`. `login_hint`, `ui_locales` and the like are in here. */
  readonly request: Readonly<Record<string, string>>;
  readonly client: Client;
  /** The session it began in. For `login` its account is only a hint of who was here; its proofs count for a step-up. */
  readonly session: { readonly uid: string; readonly accountId: string } | null;
  /**
   * Prompt `step_up`: the class to aim at (`Journey.atLeast`), within this account's reach. Null for the others: a sign-in goes by
   * what the policy asks. Where more is required than the account can reach, the request fails after it, as the protocol wants.
   */
  readonly atLeast: Acr | null;
  /** A step-up that may be declined: `finish` with `{}`. */
  readonly optional: boolean;
  /** Prompt `consent`: what is asked for the first time. Else empty. */
  readonly consent: {
    readonly scopes: readonly string[];
    readonly claims: readonly string[];
    /** What APIs are called, by identifier; one of their scopes stands behind its identifier and a space in `scopes`. */
    readonly apis?: Readonly<Record<string, string>>;
  };
}

export type InteractionResult = SignInResult | Answered;

interface SignInResult {
  /** Who signed in and by what; `at` (milliseconds) becomes `auth_time`. */
  readonly login: { readonly accountId: string } & Assurance;
  /** The journey whose recorded proofs the session stands on from now on (`sessions.bind`). */
  readonly journeyId: string;
  /** It ends a recovery: what the application wished for is asked once more, now with the new factor (SPEC T8). */
  readonly recovered?: true;
  /** The account's first second factor was registered on the way: the check-up is shown next (issue 3.4). */
  readonly enrolled?: true;
}

/** The prompt is answered without a sign-in: an optional step-up declined. */
interface Answered {
  readonly login?: undefined;
  readonly journeyId?: undefined;
  readonly recovered?: undefined;
  readonly enrolled?: undefined;
}

export interface CurrentSession {
  readonly uid: string;
  readonly accountId: string;
  readonly acr: Acr;
  readonly amr: readonly string[];
  /** `auth_time` in milliseconds. */
  readonly at: number;
}

/**
 * The provider's own pages, rendered by `web` and written by the provider, which still has cookies to set: so they are given
 * back, and nothing is written to `at.res` but headers.
 */
export interface ProviderPages {
  /** RFC 6749 4.1.2.1: what cannot be sent back to an application. */
  error(at: Exchange, problem: ProviderProblem): Promise<RenderedPage>;
  /** RP-Initiated Logout 2: asks. The form posts `xsrf` to `action`; with `logout=yes` it signs out, without it stays. */
  confirmSignOut(at: Exchange, form: SignOutForm): Promise<RenderedPage>;
  /** After signing out, where no application asked for the browser back. */
  signedOut(at: Exchange, client: Client | undefined): Promise<RenderedPage>;
  /** OAuth 2.0 Form Post Response Mode: goes on by itself, and by a button where there is no JavaScript. */
  formPost(at: Exchange, form: FormPost): Promise<RenderedPage>;
  readonly device: DevicePages;
}

/** The answer to an application, as a form that the browser posts to it. */
export interface FormPost {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly client: Client | undefined;
  readonly uiLocales: string | undefined;
}

export interface RenderedPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignOutForm {
  readonly action: string;
  readonly xsrf: string;
  readonly client: Client | undefined;
  readonly uiLocales: string | undefined;
}

export interface ProviderProblem {
  readonly status: number;
  /** OAuth error code, e.g. `invalid_redirect_uri`; `server_error` is a fault of ours. */
  readonly error: string;
  readonly description: string | undefined;
  readonly clientId: string | undefined;
  readonly uiLocales: string | undefined;
  readonly cause: Error;
}

/** What keeps a code from being taken. `fault`: whatever else went wrong with the request behind it. */
export type DeviceProblem = 'missing' | 'unknown' | 'expired' | 'used' | 'fault';

/** The provider's own form: its `xsrf` is checked there. */
interface DeviceForm {
  readonly action: string;
  readonly xsrf: string;
}

/** Pages of the device flow (RFC 8628, 3.3): a code is typed, then read once more beside who asked and from where, then it is done. */
export interface DevicePages {
  /** The form posts `user_code`. `typed`: what to put in its field. */
  code(
    at: Exchange,
    form: DeviceForm & { readonly typed: string; readonly problem?: DeviceProblem },
  ): Promise<RenderedPage>;
  /** The form posts `user_code` with `confirm=yes`, or with `abort=yes`. `ip`: where the device asked from. */
  confirm(
    at: Exchange,
    form: DeviceForm & { readonly code: string; readonly client: Client; readonly ip: string },
  ): Promise<RenderedPage>;
  done(at: Exchange, client: Client | undefined): Promise<RenderedPage>;
  /** Nothing was allowed. */
  stopped(at: Exchange): Promise<RenderedPage>;
}
