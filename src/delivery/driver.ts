import type { RenderedEmail, RenderedSms } from './render-message.ts';

/** `refused`: for good, the same message would be refused again; `reason` names no address and no secret. */
export type Handover = { readonly outcome: 'sent' } | { readonly outcome: 'refused'; readonly reason: string };

/**
 * One way out for messages. `send` takes the outbox row's id as well: the same message sent twice carries it both times, so
 * that a receiver can tell. Throws TemporaryFailure when another try may do.
 */
export interface Driver<M extends RenderedEmail | RenderedSms> {
  send(message: M, id: string): Promise<Handover>;
  /** Whether messages could be handed over now; throws TemporaryFailure when not. For `doctor`. */
  check(): Promise<void>;
  /** Lets go of connections. */
  close(): void;
}

export type EmailDriver = Driver<RenderedEmail>;
export type SmsDriver = Driver<RenderedSms>;

/** Not now: the server is away, slow or busy. `message` is safe to keep: no address, no code, no link. */
export class TemporaryFailure extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'TemporaryFailure';
  }
}
