import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import type { RenderedPage } from '../../flows/ports/interactions.ts';

/** An answer as it goes out. */
export interface Rendered extends Omit<RenderedPage, 'body'> {
  /** A stream is written as it comes. */
  readonly body: string | Buffer | Readable | undefined;
}

/** Writes an answer to the response. Its headers replace those that the frame had set. */
export function send(ctx: Context, { status, headers, body }: Rendered): void {
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  const type = headers['content-type'];
  // Koa guesses a type for a body when none is set, and removes it where there is no body
  ctx.body = body ?? null;
  ctx.status = status;
  if (type && body !== undefined) ctx.set('content-type', type);
}
