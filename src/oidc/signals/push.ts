import type Provider from 'oidc-provider';
import type { SigningKey } from '../../flows/ports/provider.ts';
import type { SignalStream, Signals, WaitingSignal } from '../../flows/ports/signals.ts';
import { securityEventToken } from './security-event-token.ts';

export interface PushPorts {
  readonly issuerUrl: string;
  readonly signals: Signals;
  readonly now: () => number;
}

const PATIENCE_MS = 5_000;
const AT_ONCE = 4;
/** Longer than a job may take, so that one that was killed holds nothing up for long. */
const BUSY_MS = 40_000;
const LONGEST_COMPLAINT = 200;

/**
 * Pushes what waits on a stream, oldest first, each once the one before has arrived (RFC 8935). A receiver that is down or slow is tried again:
 * this throws. One that refuses stops the stream, which says why, until the receiver enables it again; what waits is kept for seven days.
 */
export async function pushSignals(
  { issuerUrl, signals, now }: PushPorts,
  provider: Provider,
  keys: readonly SigningKey[],
  streamId: string,
): Promise<void> {
  const stream = await signals.take(streamId, now() + BUSY_MS);
  if (!stream) return;
  let failed = 'it could not be pushed';
  try {
    const client = await provider.Client.find(stream.clientId);
    if (!client) throw new Error('the application is suspended');
    for (const signal of await signals.waiting(streamId, AT_ONCE)) {
      const token = await securityEventToken({ issuerUrl, keys, client, stream, now: now() }, signal);
      const refused = await handOver(stream, token);
      if (refused !== undefined) {
        await signals.stop(streamId, refused);
        return;
      }
      await settle(signals, streamId, signal);
    }
  } catch (error) {
    failed = reasonOf(error);
    await signals.letGo(streamId, failed);
    throw error;
  }
  await signals.letGo(streamId, null);
}

const settle = (signals: Signals, streamId: string, { id }: WaitingSignal): Promise<void> =>
  signals.settle(streamId, [id]);

/** Undefined: it has arrived. A text: it is refused, and would be again. Throws when another try may do. */
async function handOver(stream: SignalStream, token: string): Promise<string | undefined> {
  const response = await fetch(stream.endpointUrl ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/secevent+jwt',
      accept: 'application/json',
      ...(stream.authorizationHeader !== null && { authorization: stream.authorizationHeader }),
    },
    body: token,
    // An operator registered this origin, and no other.
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const { status } = response;
  const why = `the receiver answered ${status}${await complaint(response)}`;
  if (status >= 500 || status === 408 || status === 429) throw new Error(why);
  return why;
}

/** RFC 8935 2.3: `err` and `description`. */
async function complaint(response: Response): Promise<string> {
  const text = (await response.text()).slice(0, LONGEST_COMPLAINT);
  try {
    const said: unknown = JSON.parse(text);
    const err = typeof said === 'object' && said !== null && 'err' in said ? said.err : undefined;
    return typeof err === 'string' ? `: ${err}` : '';
  } catch {
    return '';
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'the receiver did not answer in time';
  return error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : error.message;
}
