/** Streams of signals to applications (OpenID Shared Signals Framework 1.0), one for each application at most. */

export type StreamStatus = 'enabled' | 'paused' | 'disabled';

export interface SignalStream {
  readonly id: string;
  readonly clientId: string;
  readonly method: 'push' | 'poll';
  /** Of push only. */
  readonly endpointUrl: string | null;
  /** What the receiver wants in the Authorization header of a push. */
  readonly authorizationHeader: string | null;
  /** Event types that the application asked for and that there are. */
  readonly events: readonly string[];
  readonly description: string | null;
  readonly status: StreamStatus;
  readonly reason: string | null;
  /** When a verification was last asked for, in milliseconds. */
  readonly verifiedAt: number;
}

export type StreamSettings = Pick<
  SignalStream,
  'method' | 'endpointUrl' | 'authorizationHeader' | 'events' | 'description'
>;

/** One signal that waits. `id`: its jti, the same at every try. `accountId` null: about the stream itself. */
export interface WaitingSignal {
  readonly id: string;
  readonly accountId: string | null;
  readonly event: string;
  readonly claims: Readonly<Record<string, string | number>>;
}

export interface Signals {
  /** Streams whose receiver refused, or could not be reached at the last try. */
  failing(): Promise<readonly { clientId: string; status: StreamStatus; reason: string }[]>;
  /** Refused by its receiver: paused, until the receiver enables it again. */
  stop(id: string, reason: string): Promise<void>;
  of(clientId: string): Promise<SignalStream | undefined>;
  /** False: the application has one already. */
  create(id: string, clientId: string, settings: StreamSettings): Promise<boolean>;
  change(id: string, settings: StreamSettings): Promise<void>;
  remove(id: string): Promise<void>;
  /** A disabled stream forgets what waits; an enabled one goes on with it. */
  setStatus(id: string, status: StreamStatus, reason: string | null): Promise<void>;
  /** Queues a verification event. False: the last one was asked for after `notAfter`. */
  verify(id: string, state: string | undefined, notAfter: number): Promise<boolean>;
  /** Of whom the application does not want to hear. */
  mute(id: string, accountId: string, muted: boolean): Promise<void>;
  /** The oldest that wait, in order. */
  waiting(id: string, limit: number): Promise<readonly WaitingSignal[]>;
  /** Told, or refused for good. */
  settle(id: string, ids: readonly string[], error?: string): Promise<void>;
  /** The stream to push, for one caller at a time until `until`. Undefined: nothing to push. Throws while another pushes. */
  take(id: string, until: number): Promise<SignalStream | undefined>;
  /** Lets go of it; what came meanwhile has a job again. `error`: why what waits could not be told. */
  letGo(id: string, error: string | null): Promise<void>;
}
