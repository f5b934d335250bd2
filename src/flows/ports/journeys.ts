import type { Journey } from '../../domain/journey.ts';
import type { CodePurpose } from '../../domain/one-time-code.ts';

export interface Journeys {
  create(journey: Omit<Journey, 'version' | 'completedAt'>, browserHash: Buffer): Promise<Journey>;
  /** Open (not expired, not completed) journeys only, and only with the browser's secret. */
  findSignIn(interactionUid: string, browserHash: Buffer, now: number): Promise<Journey | undefined>;
  /** Also one that was completed, here or by another that ended it (`completedAt`): the page that says what happened needs it. */
  findByBrowser(
    kind: 'recovery' | 'invitation' | 'emergency',
    browserHash: Buffer,
    now: number,
  ): Promise<Journey | undefined>;
  /** Writes `changes` where `version` is still the journey's, and returns it as it is then; undefined: somebody was faster, or it has ended. */
  advance(
    journey: Journey,
    changes: Partial<
      Pick<
        Journey,
        | 'goal'
        | 'accountId'
        | 'organizationId'
        | 'policyVersion'
        | 'identifier'
        | 'proofs'
        | 'route'
        | 'state'
        | 'expiresAt'
      >
    > & {
      /** The browser's new secret: from now on the old one is nothing (ATTACKS A18). */
      readonly browserHash?: Buffer;
    },
  ): Promise<Journey | undefined>;
  /** Ends this one journey: true for exactly one caller. */
  complete(journey: Journey, at: number): Promise<boolean>;
  /** Ends every other open journey of the account; null: every one. */
  endOthers(accountId: string, exceptId: string | null, at: number): Promise<void>;
  /** Ends the open journeys that carry a proof by one of these credentials or contacts. */
  endStandingOn(accountId: string, ids: readonly string[], at: number): Promise<void>;
}

export interface OneTimeCode {
  readonly id: string;
  readonly purpose: CodePurpose | 'contest' | 'new-contact';
  readonly accountId: string | null;
  readonly journeyId: string | null;
  readonly contactId: string | null;
  /** `contest`: what may be contested by it. */
  readonly noticeId: string | null;
  /** `new-contact`: what it confirms, sealed with context `code:<id>`. */
  readonly sealed: Buffer | null;
  readonly codeHash: Buffer | null;
  readonly tries: number;
  readonly expiresAt: number;
  readonly consumedAt: number | null;
}

export interface OneTimeCodes {
  /** `tokenHash`: SHA-256 of a link's token; `codeHash`: keyed hash of the short code. One row, so both die together. */
  create(code: {
    id: string;
    purpose: OneTimeCode['purpose'];
    accountId: string | null;
    journeyId: string | null;
    contactId: string | null;
    tokenHash: Buffer | null;
    codeHash: Buffer | null;
    noticeId?: string;
    sealed?: Buffer;
    expiresAt: number;
  }): Promise<void>;
  find(purpose: OneTimeCode['purpose'], id: string): Promise<OneTimeCode | undefined>;
  findByToken(purpose: OneTimeCode['purpose'], tokenHash: Buffer): Promise<OneTimeCode | undefined>;
  /** Counts a try first. Undefined when no try is left, or the code is spent or expired: nothing may be compared then. */
  countTry(id: string, purpose: OneTimeCode['purpose'], limit: number, now: number): Promise<OneTimeCode | undefined>;
  /** One conditional UPDATE that hits one row, or false: spent or expired. */
  consume(id: string, now: number): Promise<boolean>;
  /** Ends all open codes of an account with these purposes. */
  endAll(accountId: string, purposes: readonly OneTimeCode['purpose'][], now: number): Promise<void>;
}
