import type { Acr } from '../../domain/assurance.ts';

/** An emergency code that waits for a second operator. Times in milliseconds. */
export interface CodeProposal {
  /** Also of the code that comes of it. */
  readonly id: string;
  readonly accountId: string;
  /** Keyed hash of the half that the first operator holds (`hashOfHalf`). */
  readonly halfHash: Buffer;
  readonly uses: number;
  /** Seconds from the approval. */
  readonly lifetime: number;
  readonly highestAcr: Acr;
  readonly reason: string;
  readonly checks: readonly string[];
  readonly ticket: string | null;
  /** The first operator's account, and what they were called then. */
  readonly proposedBy: string;
  readonly proposedByName: string;
  readonly proposedAt: number;
  readonly expiresAt: number;
}

export interface CodeProposals {
  /** There must be no other that is open: `endAll` comes first, in the same transaction. */
  add(proposal: CodeProposal): Promise<void>;
  /** The one that is open at `at`. */
  open(accountId: string, at: number): Promise<CodeProposal | undefined>;
  /** The open ones in these organizations (null: all), the oldest first. */
  queue(
    scope: readonly string[] | null,
    at: number,
    limit: number,
  ): Promise<readonly (CodeProposal & { readonly username: string })[]>;
  /** It is decided: one conditional UPDATE, false for everybody else (ATTACKS A14). */
  decide(accountId: string, id: string, at: number): Promise<boolean>;
  /** What is open is open no more; how many were. */
  endAll(accountId: string, at: number): Promise<number>;
}
