import type { Message } from '../../domain/message.ts';

/** Background work that leaves with a commit. At least once: a handler may see the same thing twice after a crash. */

export interface OutboxRecords {
  /** The message, opened; undefined once sent, expired or failed for good. */
  open(id: string): Promise<Message | undefined>;
  /** Removes the sealed text: nothing secret stays after sending. */
  markSent(id: string, at: number): Promise<void>;
  markFailed(id: string, reason: string, final: boolean): Promise<void>;
}

/** One application to tell that a session has ended (OpenID Connect Back-Channel Logout 1.0). */
export interface LogoutNotice {
  readonly clientId: string;
  readonly accountId: string;
  readonly sid: string;
}

export interface Jobs {
  /** Starts to work. `deliver` gets the id of an outbox row; a throw means: again later, with growing delays. */
  start(handlers: {
    deliver(outboxId: string): Promise<void>;
    tellLogout(notice: LogoutNotice): Promise<void>;
    /** Pushes what waits on a stream of signals; without it they wait for another node. */
    pushSignals?(streamId: string): Promise<void>;
    /** What is due is done; on every node, at the same moment too. A throw means: again in a minute. */
    everyMinute(): Promise<unknown>;
  }): Promise<void>;
  /** Finishes what is under way, takes nothing new. */
  stop(): Promise<void>;
}
