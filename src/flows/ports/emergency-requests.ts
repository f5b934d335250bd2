export type EmergencyRequestState = 'open' | 'issued' | 'refused' | 'stopped' | 'aged';

/** Somebody asks for an emergency code. Times in milliseconds. */
export interface EmergencyRequest {
  readonly id: string;
  /** Null: a decoy, which no operator sees. */
  readonly accountId: string | null;
  readonly organizationId: string;
  /** In the words of whoever asks: why, and how they can be reached. */
  readonly reason: string;
  readonly reach: string;
  readonly ip: string;
  readonly userAgent: string;
  /** The account has signed in from this browser before. */
  readonly knownBrowser: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly state: EmergencyRequestState;
  readonly claimedBy: string | null;
  readonly claimedByName: string | null;
  /** What whoever asked is told when it was refused. */
  readonly answer: string | null;
}

export interface NewEmergencyRequest
  extends Omit<EmergencyRequest, 'state' | 'claimedBy' | 'claimedByName' | 'answer'> {
  readonly tokenHash: Buffer;
  readonly stopHash: Buffer;
}

/** One in the queue, with whose it is. */
export interface QueuedRequest extends EmergencyRequest {
  readonly accountId: string;
  readonly username: string;
}

export interface EmergencyRequests {
  add(request: NewEmergencyRequest): Promise<void>;
  byToken(tokenHash: Buffer): Promise<EmergencyRequest | undefined>;
  byStop(stopHash: Buffer): Promise<EmergencyRequest | undefined>;
  /** One that is about somebody, in any state. */
  find(id: string): Promise<QueuedRequest | undefined>;
  /** The open ones of these organizations (null: all), the oldest first; `after`: those behind the request of this id. */
  queue(scope: readonly string[] | null, at: number, limit: number, after?: string): Promise<readonly QueuedRequest[]>;
  /** How many were filed for the account since then; `known`: from browsers that it had signed in from, or from others. */
  countSince(accountId: string, since: number, known?: boolean): Promise<number>;
  /** An operator looks after it from now on, in place of this one; null: nobody. One conditional UPDATE: false, it is open no more, or somebody else's. */
  claim(
    id: string,
    by: { readonly id: string; readonly username: string } | null,
    inPlaceOf: string | null,
    at: number,
  ): Promise<boolean>;
  /** One conditional UPDATE: false, it is open no more. */
  decide(id: string, state: Exclude<EmergencyRequestState, 'open'>, at: number, answer?: string): Promise<boolean>;
  /** All that are open of the account; how many these were. */
  decideAll(accountId: string, state: Exclude<EmergencyRequestState, 'open'>, at: number): Promise<number>;
  /** Closes up to `limit` that have waited too long. */
  age(
    at: number,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly accountId: string | null; readonly organizationId: string }[]>;
}
