import type { Context } from 'koa';
import type { SigningKey } from '../../flows/ports/provider.ts';
import type { PushPorts } from './push.ts';
import { type SetParts, securityEventToken } from './security-event-token.ts';

const MOST = 100;

/**
 * RFC 8936 2: takes what the receiver has acknowledged (`ack`) or refused (`setErrs`) off the stream, then answers with the oldest that wait.
 * What is not acknowledged comes again. Answers at once, also where the receiver would wait (2.4: the time to wait is the transmitter's).
 */
export async function answerPoll(
  ctx: Context,
  parts: PushPorts & Pick<SetParts, 'client' | 'stream'> & { readonly keys: readonly SigningKey[] },
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { signals, stream, now } = parts;
  const { ack = [], setErrs = {}, maxEvents = MOST } = body;
  const refused = typeof setErrs === 'object' && setErrs !== null ? Object.entries(setErrs) : undefined;
  const wrong = !Array.isArray(ack) || !ack.every((id) => typeof id === 'string') || !refused;
  if (wrong || typeof maxEvents !== 'number' || stream.method !== 'poll') {
    ctx.status = 400;
    ctx.body = { err: 'invalid_request', description: 'this is no poll of a stream that is polled' };
    return;
  }
  const errors = refused.map(([, error]) => JSON.stringify(error)).join('; ');
  await signals.settle(
    stream.id,
    [...ack, ...refused.map(([id]) => id)],
    ...(refused.length > 0 ? [`the receiver refused: ${errors}`] : []),
  );
  const most = Math.max(0, Math.min(MOST, Math.floor(maxEvents)));
  const waiting = stream.status === 'enabled' ? await signals.waiting(stream.id, most + 1) : [];
  const given = waiting.slice(0, most);
  const sets: Record<string, string> = {};
  for (const signal of given) sets[signal.id] = await securityEventToken({ ...parts, now: now() }, signal);
  ctx.body = { sets, moreAvailable: waiting.length > given.length };
}
