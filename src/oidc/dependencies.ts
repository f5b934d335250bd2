import type { ProofKind } from '../domain/proof.ts';
import type { EndedSession, EndReason } from '../flows/end-session.ts';
import type { Apis } from '../flows/ports/apis.ts';
import type { Exchange, ProviderPages } from '../flows/ports/interactions.ts';
import type { LogoutNotice } from '../flows/ports/jobs.ts';
import type { Clients, ProviderRecords, SigningKeys } from '../flows/ports/provider.ts';
import type { Signals } from '../flows/ports/signals.ts';
import type { Accounts, Applications, Sessions } from '../flows/ports.ts';

/** Everything that the provider is built on. */
export interface OidcDependencies {
  /** The issuer without trailing slash. */
  readonly issuerUrl: string;
  readonly records: ProviderRecords;
  readonly clients: Clients;
  readonly apis: Apis;
  readonly keys: SigningKeys;
  /** 32 bytes each, by `deriveKeys('cookies')`: the first signs, all verify. */
  readonly cookieKeys: readonly Buffer[];
  readonly accounts: Pick<Accounts, 'load' | 'policyFor'>;
  readonly sessions: Pick<Sessions, 'bind' | 'proofsOf'>;
  readonly applications: Pick<Applications, 'remembered' | 'remember' | 'touch'>;
  /** Ends a session from outside of a request that carries it: flow `endSession`. */
  readonly endSession: (session: EndedSession, reason: EndReason) => Promise<void>;
  /** Tells one application that a session has ended, by a job. */
  readonly tellLater: (notice: LogoutNotice) => Promise<void>;
  /** Streams of signals to applications; without them there is no transmitter. */
  readonly signals?: Signals;
  readonly pages: ProviderPages;
  readonly events: ProviderEvents;
  /** Proofs that cannot be asked for in this installation. */
  readonly closed: readonly ProofKind[];
  readonly now: () => number;
  /** 32 bytes, the same on every node: makes the nonces of DPoP. */
  readonly dpopKey: Buffer;
  /** The header in which the proxy hands on a client's certificate; undefined: there is no mTLS. */
  readonly clientCertHeader?: string | undefined;
}

/** What happens in the provider and belongs into the log or the audit log. None of these may throw. */
export interface ProviderEvents {
  /** A fault of ours: `server_error`. */
  fault(at: Exchange | undefined, error: Error): void;
  /** A request that was refused, `event` being oidc-provider's name, e.g. `authorization.error`, `grant.error`. */
  refused(
    at: Exchange,
    event: string,
    problem: { error: string; detail: string | undefined; clientId: string | undefined },
  ): void;
  /** An application could not be told that a session has ended. */
  notTold(clientId: string, error: Error): void;
  /** A refresh token that was used already came back, and its family is revoked (RFC 9700, 4.14.2). */
  reused(at: Exchange, of: { accountId: string; clientId: string }): void;
  /** Somebody signed out of this session by RP-initiated logout. Awaited before the answer leaves. */
  signedOut(at: Exchange, session: EndedSession): Promise<void>;
}
